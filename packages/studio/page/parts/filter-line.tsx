import type { VNode } from 'preact'
import { comparisonsOf, fields, standsAlone } from '../filter/fields.ts'
import type { Comparison, Kind } from '../filter/fields.ts'
import { kindOf } from '../filter/where-of.ts'
import type { Condition } from '../filter/where-of.ts'
import { list } from '../state/list.ts'
import { Select } from './select.tsx'

const names = [['metadata', 'metadata'], ...Object.keys(fields).map(name => [name, name] as const)] as const
const kinds: readonly (readonly [Kind, string])[] = [
  ['text', 'text'],
  ['number', 'number'],
  ['truth', 'true or false'],
]
const truths = [
  ['', '…'],
  ['true', 'true'],
  ['false', 'false'],
] as const

/** One condition: a field, how it is compared, and with what. */
export function FilterLine({
  place,
  line,
  onLine,
  onGone,
}: {
  readonly place: number
  readonly line: Condition
  readonly onLine: (line: Condition) => void
  readonly onGone: () => void
}): VNode {
  const kind = kindOf(line)
  const change = (changes: Partial<Condition>): void => {
    const changed = { ...line, ...changes }
    const allowed = comparisonsOf(kindOf(changed)).map(([name]) => name)
    const [first = 'eq'] = allowed
    const comparison = allowed.includes(changed.comparison) ? changed.comparison : first
    onLine({ ...changed, comparison, value: kindOf(changed) === kind ? changed.value : '' })
  }
  return (
    <div class="line" role="group" aria-label={`Condition ${place}`}>
      <Select unseen label="Field" values={names} value={line.field} onValue={field => change({ field })} />
      {line.field === 'metadata' && (
        <>
          <input
            aria-label="Key in the metadata"
            placeholder="key"
            list={`keys-${place}`}
            value={line.key}
            onInput={event => change({ key: event.currentTarget.value })}
          />
          <datalist id={`keys-${place}`}>
            {keysOfRows().map(key => (
              <option key={key} value={key} />
            ))}
          </datalist>
          <Select
            unseen
            label="Kind of value"
            values={kinds}
            value={line.kind}
            onValue={kind => change({ kind })}
          />
        </>
      )}
      <Select<Comparison>
        unseen
        label="Comparison"
        values={comparisonsOf(kind)}
        value={line.comparison}
        onValue={comparison => change({ comparison })}
      />
      {!standsAlone(line.comparison) && (
        <Value kind={kind} line={line} onValue={value => change({ value })} />
      )}
      <button type="button" class="plain" onClick={onGone}>
        Remove<span class="unseen"> condition {place}</span>
      </button>
    </div>
  )
}

function Value({
  kind,
  line: { value, comparison },
  onValue,
}: {
  readonly kind: Kind
  readonly line: Condition
  readonly onValue: (value: string) => void
}): VNode {
  if (kind === 'truth')
    return (
      <Select unseen label="Value" values={truths} value={value as 'true' | 'false' | ''} onValue={onValue} />
    )
  const label =
    kind === 'time' ? 'Value, in UTC' : comparison === 'in' ? 'Values, with commas between them' : 'Value'
  const facts = {
    'aria-label': label,
    title: label,
    placeholder: comparison === 'in' ? 'a, b, c' : 'value',
    value,
    onInput: (event: { readonly currentTarget: HTMLInputElement }) => onValue(event.currentTarget.value),
  }
  if (kind === 'number') return <input type="number" step="any" {...facts} />
  return kind === 'time' ? <input type="datetime-local" {...facts} /> : <input type="text" {...facts} />
}

/** The keys that the metadata of the listed memories has. */
function keysOfRows(): string[] {
  const keys = (list.value?.rows ?? []).flatMap(({ metadata }) => Object.keys(metadata))
  return [...new Set(keys)].sort()
}
