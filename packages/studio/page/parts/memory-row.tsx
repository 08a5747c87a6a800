import type { VNode } from 'preact'
import type { Row } from '../state/list.ts'
import { scopeParts } from '../state/chosen.ts'
import { time } from './words.ts'

/** Characters of a text that a row has: more than fit into it. */
const mostShown = 600

/** One memory of the list. */
export function MemoryRow({
  row,
  place,
  isActive,
  isOpen,
  namesScope,
  onOpen,
}: {
  readonly row: Row
  readonly place: number
  readonly isActive: boolean
  readonly isOpen: boolean
  readonly namesScope: boolean
  readonly onOpen: () => void
}): VNode {
  const { memory, score, type, origin, supersededBy, createdAt, updatedAt, role, actorId } = row
  return (
    <li
      id={`row-${place}`}
      role="option"
      aria-selected={isOpen}
      class={isActive ? 'row is-active' : 'row'}
      onClick={onOpen}
    >
      <p class="text" dir="auto">
        {memory.length > mostShown ? `${memory.slice(0, mostShown)}…` : memory}
      </p>
      <p class="facts">
        {score !== undefined && <Score score={score} />}
        <time dateTime={new Date(createdAt).toISOString()}>{time(createdAt)}</time>
        {updatedAt !== createdAt && <span>changed {time(updatedAt)}</span>}
        {namesScope &&
          scopeParts.map(([part, one]) => {
            const value = row[part]
            return value === null ? null : (
              <span key={part}>
                {one} <bdi>{value}</bdi>
              </span>
            )
          })}
        {(actorId ?? role) !== null && (
          <span>
            said by <bdi>{actorId ?? role}</bdi>
          </span>
        )}
        {type !== 'episodic' && <span class="tag">{type}</span>}
        {origin === 'model' && <span class="tag">inferred</span>}
        {supersededBy !== null && <span class="tag">superseded</span>}
      </p>
    </li>
  )
}

function Score({ score }: { readonly score: number }): VNode {
  return (
    <span class="score">
      <span class="track" aria-hidden="true">
        <span class="fill" style={{ width: `${Math.max(0, Math.min(1, score)) * 100}%` }} />
      </span>
      {score.toFixed(3)}
    </span>
  )
}
