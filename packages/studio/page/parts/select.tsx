import type { VNode } from 'preact'

/** A choice of a few words, with a label in front of it. */
export function Select<Value extends string>({
  label,
  values,
  value,
  onValue,
  unseen = false,
}: {
  readonly label: string
  readonly values: readonly (readonly [Value, string])[]
  readonly value: Value
  readonly onValue: (value: Value) => void
  /** Whether the label is for those alone who listen. */
  readonly unseen?: boolean
}): VNode {
  return (
    <label class="select">
      <span class={unseen ? 'unseen' : undefined}>{label}</span>
      <select value={value} onChange={event => onValue(event.currentTarget.value as Value)}>
        {values.map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
    </label>
  )
}
