import type { ComponentChildren, VNode } from 'preact'
import { open } from '../state/detail.ts'
import { choose, scopeParts } from '../state/chosen.ts'
import type { Row } from '../state/list.ts'
import { time } from './words.ts'

/** Everything that is stored of a memory beside its text. */
export function MemoryFacts({ item }: { readonly item: Row }): VNode {
  const { id, type, level, importance, version, role, actorId, metadata, derivation, supersededBy } = item
  const times = [
    ['created', item.createdAt],
    ['changed', item.updatedAt === item.createdAt ? null : item.updatedAt],
    ['last used', item.lastAccessedAt],
    ['expires', item.expiresAt],
    ['holds from', item.validFrom],
    ['held until', item.validTo],
  ] as const
  return (
    <section aria-labelledby="facts-title">
      <h3 id="facts-title">Facts</h3>
      <dl class="pairs">
        <Pair name="id">
          <code>{id}</code>
        </Pair>
        {scopeParts.map(([part, one]) => {
          const value = item[part]
          return value === null ? null : (
            <Pair key={part} name={one}>
              <button type="button" class="link" onClick={() => choose(part, value)}>
                <bdi>{value}</bdi>
              </button>
            </Pair>
          )
        })}
        {times.map(([name, ms]) => ms !== null && <Pair key={name} name={name}>{`${time(ms)} UTC`}</Pair>)}
        <Pair name="type">{type}</Pair>
        {level !== 'normal' && <Pair name="level">{level}</Pair>}
        <Pair name="importance">{importance}</Pair>
        <Pair name="version">{version}</Pair>
        {role !== null && <Pair name="role">{role}</Pair>}
        {actorId !== null && <Pair name="said by">{actorId}</Pair>}
        {supersededBy !== null && (
          <Pair name="superseded by">
            <IdLink id={supersededBy} />
          </Pair>
        )}
        {derivation !== null && (
          <>
            <Pair name="inferred by">{derivation.model}</Pair>
            <Pair name="said so often">{derivation.seen}</Pair>
            <Pair name="batch">
              <code>{derivation.batch}</code>
            </Pair>
            <Pair name="from messages">
              {derivation.sources.map(source => (
                <IdLink key={source} id={source} />
              ))}
            </Pair>
          </>
        )}
      </dl>
      {Object.keys(metadata).length > 0 && (
        <>
          <h4>Metadata</h4>
          <pre class="json" tabIndex={0} aria-label="Metadata" dir="auto">
            {JSON.stringify(metadata, null, 2)}
          </pre>
        </>
      )}
    </section>
  )
}

function Pair({ name, children }: { readonly name: string; readonly children: ComponentChildren }): VNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function IdLink({ id }: { readonly id: string }): VNode {
  return (
    <button type="button" class="link" onClick={() => void open(id)}>
      <code>{id}</code>
    </button>
  )
}
