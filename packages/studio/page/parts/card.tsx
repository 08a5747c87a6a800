import type { ComponentChildren, VNode } from 'preact'

/** Facts about one part; those that are not known are left out. */
export function Card({
  title,
  note,
  facts,
  children,
}: {
  readonly title: string
  readonly note?: string | undefined
  readonly facts: readonly (readonly [name: string, value: string | undefined])[]
  readonly children?: ComponentChildren
}): VNode {
  const known = facts.filter(([, value]) => value !== undefined)
  return (
    <section class="card" aria-label={title}>
      <h3>{title}</h3>
      {note !== undefined && <p class="hint">{note}</p>}
      {known.length > 0 && (
        <dl class="pairs">
          {known.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {children}
    </section>
  )
}
