import type { HistoryEntry, MemoryItem } from '@agentmem/core'
import { signal } from '@preact/signals'
import type { Signal } from '@preact/signals'
import { call } from './call.ts'
import { dropRow, list, loadList } from './list.ts'
import type { Row } from './list.ts'
import { Loaded } from './loaded.ts'
import { loadScopes } from './scopes.ts'
import { notice } from './session.ts'

/** A memory that was opened, with all that is known of it. */
export interface Detail {
  readonly id: string
  /** Undefined for one that is gone, of which the history is left. */
  readonly item: Row | undefined
  readonly history: readonly HistoryEntry[]
}

/** The memory that is open. */
export const opened: Loaded<Detail> = new Loaded<Detail>()
/** Its id; undefined: none is. */
export const openId: Signal<string | undefined> = signal(undefined)
/** The memory that is asked about before it is deleted. */
export const doomed: Signal<Row | undefined> = signal(undefined)

/** Opens a memory. What the list knows of it, such as its score, is kept. */
export async function open(id: string): Promise<void> {
  openId.value = id
  await opened.load(
    async signal => {
      const row = list.value?.rows.find(row => row.id === id)
      const [{ memory }, { history }] = await Promise.all([
        call<{ memory: MemoryItem | null }>('get', { id }, signal),
        call<{ history: HistoryEntry[] }>('history', { id }, signal),
      ])
      // One that is hidden is read by lists alone.
      const hidden = row?.hidden === true ? row : undefined
      const item = memory === null ? hidden : { ...row, ...memory, length: undefined }
      return { id, item, history }
    },
    { keep: false },
  )
}

/** Closes it. */
export function close(): void {
  openId.value = undefined
  opened.clear()
}

/** How a memory is deleted. */
export type Deletion = 'soft' | 'hard' | 'purge'

/** Deletes a memory, after it was asked. */
export async function remove({ id }: Row, how: Deletion): Promise<void> {
  const input = { id, soft: how === 'soft', purgeHistory: how === 'purge' }
  const { deleted } = await call<{ deleted: boolean }>('delete', input)
  dropRow(id)
  close()
  void loadScopes()
  if (!deleted) notice.value = { text: 'It was gone already.' }
  else if (how === 'soft') notice.value = { text: 'Hidden.', undo: () => void restore(id) }
  else notice.value = { text: how === 'purge' ? 'Deleted, with its history.' : 'Deleted.' }
}

/** Brings back one that is hidden. */
export async function restore(id: string): Promise<void> {
  try {
    const { restored } = await call<{ restored: boolean }>('restore', { id })
    notice.value = { text: restored ? 'Restored.' : 'It was not hidden.' }
  } catch (error) {
    notice.value = { text: error instanceof Error ? error.message : String(error) }
  }
  close()
  await Promise.all([loadList(), loadScopes()])
}
