import { keysOf } from '../../contracts/record-keys.ts'
import type { MemoryRecord, Scope } from '../../contracts/record.ts'
import type { PendingMemory } from '../../contracts/store-commit.ts'
import type { CallOptions } from '../../contracts/log.ts'
import type { MemoryParts } from '../../parts/memory-parts.ts'
import type { Answer } from '../extract-facts.ts'
import { ownerOf } from '../window.ts'
import type { Piece, Window } from '../window.ts'
import type { DeferredJob, JobPiece, JobWindow } from './deferred-job.ts'

/** A window of a job, of messages that still wait. */
export interface RebuiltWindow {
  readonly window: Window
  /** The number of each message now, by the number that it was shown with. */
  readonly numbers: ReadonlyMap<number, number>
  /** True where all of its messages still wait, with all that they say. */
  readonly isWhole: boolean
}

/** Windows as a job keeps them. Pieces of one message follow each other. */
export function jobWindowsOf(windows: readonly Window[]): JobWindow[] {
  const ends = new Map<PendingMemory, number>()
  return windows.map(({ context, pieces }) => ({
    context: context.map(({ id }) => id),
    pieces: pieces.map(({ unit, text }): JobPiece => {
      const { id, content } = unit.record
      if (text.length === content.length) return [id]
      const start = ends.get(unit) ?? 0
      ends.set(unit, start + text.length)
      return [id, start, start + text.length]
    }),
  }))
}

/** The windows of a job, aligned; undefined for one of whose messages none waits any more. */
export async function rebuildWindows(
  { store }: MemoryParts,
  { windows }: DeferredJob,
  scope: Scope,
  countTokens: (text: string) => number,
  { signal }: CallOptions,
): Promise<(RebuiltWindow | undefined)[]> {
  const rows = await waitingRows(store, scope, signal)
  const ids = [...new Set(windows.flatMap(({ context }) => context))]
  const records = await store.get(keysOf(ids, { orgId: scope.orgId }), { signal })
  const contexts = new Map(
    records.flatMap(record => (record && record.deletedAt === null ? [[record.id, record]] : [])),
  )
  return windows.map(({ context, pieces: known }) => {
    const before = context.flatMap((id): MemoryRecord[] => {
      const record = contexts.get(id)
      return record ? [record] : []
    })
    const [pieces, numbers] = [[] as Piece[], new Map<number, number>()]
    for (const [i, [id, start = 0, end]] of known.entries()) {
      const unit = rows.get(id)
      if (!unit) continue
      const text = unit.record.content.slice(start, end)
      numbers.set(context.length + i, before.length + pieces.length)
      pieces.push({ unit, text, tokens: countTokens(text) })
    }
    const [first] = pieces
    if (!first) return undefined
    const isWhole = pieces.length === known.length && before.length === context.length
    return { window: { owner: ownerOf(first.unit.record), context: before, pieces }, numbers, isWhole }
  })
}

/** An outcome about a window as it was, for the window as it is. What messages say that are gone falls out. */
export function renumbered(outcome: Answer, { numbers, isWhole }: RebuiltWindow): Answer {
  if (isWhole || !('facts' in outcome)) return outcome
  const facts = outcome.facts.flatMap(fact => {
    const named: readonly unknown[] = Array.isArray(fact.sources) ? fact.sources : []
    const sources = named.flatMap(n => numbers.get(n as number) ?? [])
    return sources.length > 0 ? [{ ...fact, sources }] : []
  })
  return { ...outcome, facts }
}

/** All rows that wait, also those whose time has not come. */
async function waitingRows(
  store: MemoryParts['store'],
  scope: Scope,
  signal: AbortSignal | undefined,
): Promise<Map<string, PendingMemory>> {
  const rows = new Map<string, PendingMemory>()
  for (let after = 0; ;) {
    const page = await store.pending({ scope, after, limit: 1_000, now: 8.64e15 }, { signal })
    for (const row of page.messages) rows.set(row.record.id, row)
    if (page.done) return rows
    after = page.cursor
  }
}
