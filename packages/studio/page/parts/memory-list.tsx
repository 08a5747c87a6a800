import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { isScoped } from '../state/chosen.ts'
import { open, openId } from '../state/detail.ts'
import { active, list, loadList, loadMore } from '../state/list.ts'
import { Failure } from './failure.tsx'
import { listKeyPressed } from './list-keys.ts'
import { MemoryRow } from './memory-row.tsx'
import { NothingListed } from './nothing-listed.tsx'
import { count, counted } from './words.ts'
import type { List } from '../state/list.ts'

/** The memories that are shown, one a row. */
export function MemoryList(): VNode {
  const { value, error, busy } = list.state.value
  const rows = value?.rows ?? []
  const box = useRef<HTMLUListElement>(null)
  useEffect(() => {
    box.current?.querySelector('.is-active')?.scrollIntoView({ block: 'nearest' })
  }, [active.value])
  return (
    <div class="list" aria-busy={busy}>
      <p class="summary" role="status">
        {busy && !value ? 'Loading…' : value ? summaryOf(value) : ''}
      </p>
      {value?.partial !== undefined && <p class="hint">{value.partial}</p>}
      {error && <Failure error={error} again={() => void loadList()} />}
      {value && rows.length === 0 && <NothingListed />}
      {rows.length > 0 && (
        <ul
          ref={box}
          id="memories"
          role="listbox"
          tabIndex={0}
          aria-label="Memories; arrow keys move, Enter opens"
          aria-activedescendant={`row-${active.value}`}
          onKeyDown={listKeyPressed}
        >
          {rows.map((row, i) => (
            <MemoryRow
              key={row.id}
              row={row}
              place={i}
              isActive={i === active.value}
              isOpen={row.id === openId.value}
              namesScope={!isScoped.value}
              onOpen={() => {
                active.value = i
                void open(row.id)
              }}
            />
          ))}
        </ul>
      )}
      {value?.more !== undefined && (
        <button type="button" class="more" onClick={() => void loadMore()} disabled={busy}>
          More
        </button>
      )}
    </div>
  )
}

function summaryOf({ kind, rows, total, more }: List): string {
  if (kind === 'recent')
    return rows.length === 0
      ? ''
      : 'Last changed, of everybody. Choose a user, agent or run to search and filter.'
  if (kind === 'found')
    return `${more ? 'The best ' : ''}${counted(rows.length, 'memory', 'memories')}, best first`
  const all = counted(total ?? rows.length, 'memory', 'memories')
  return rows.length < (total ?? 0)
    ? `${all}, the newest ${count(rows.length)} of them here`
    : `${all}, newest first`
}
