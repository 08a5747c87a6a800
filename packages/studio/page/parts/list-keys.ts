import { doomed, open, openId } from '../state/detail.ts'
import { active, list } from '../state/list.ts'
import { about } from '../state/session.ts'

/** How far Page Up and Page Down go. */
const pageRows = 10

/** The keys of the list: arrows, Home, End and pages move; Enter opens; Delete asks. */
export function listKeyPressed(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const rows = list.value?.rows ?? []
  const last = rows.length - 1
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: active.value + 1,
    ArrowUp: active.value - 1,
    PageDown: active.value + pageRows,
    PageUp: active.value - pageRows,
    Home: 0,
    End: last,
  }
  const target = moves[event.key]
  const row = rows[active.value]
  if (target !== undefined) {
    event.preventDefault()
    active.value = Math.max(0, Math.min(last, target))
    // What is open follows, as long as it stands beside the list.
    const next = rows[active.value]
    if (next && openId.value !== undefined && !isNarrow()) void open(next.id)
  } else if (event.key === 'Enter' && row) {
    event.preventDefault()
    void open(row.id)
  } else if (event.key === 'Delete' && row && about.value?.readOnly === false) {
    event.preventDefault()
    doomed.value = row
  }
}

/** Whether an open memory lies over the list. */
export function isNarrow(): boolean {
  return matchMedia('(max-width: 60rem)').matches
}
