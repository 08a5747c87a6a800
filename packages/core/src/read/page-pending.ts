import { checkInteger, checkOptions, checkText, invalid } from '../checks/check-values.ts'
import type { Scope } from '../contracts/record.ts'
import { show } from '../contracts/show-value.ts'
import type { PendingMemory } from '../contracts/store-commit.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { narrowScope, scopeOptions } from '../parts/narrow-scope.ts'
import { isExpired, toItem } from '../parts/visibility.ts'
import type { PendingMessage, PendingMessages, PendingOptions } from '../process-api.ts'

/** Behind every time at which a message may be taken: also those that wait for a later one are shown. */
const endOfTime = 8.64e15
const cursorForm = /^inbox-(\d{1,16})$/

/** One page of the inbox of a scope, and where the next begins: one statement. */
export async function pagePending(
  { store, now }: MemoryParts,
  bound: Scope,
  options: PendingOptions,
): Promise<PendingMessages> {
  checkOptions(options, [...scopeOptions, 'state', 'limit', 'after'])
  const scope = narrowScope(bound, options)
  const { state = 'waiting', limit = 100, after, signal } = options
  if (state !== 'waiting' && state !== 'parked')
    throw invalid(`state must be 'waiting' or 'parked', not ${show(state)}.`)
  checkInteger(limit, 'limit', 1, 1_000)
  const from = after === undefined ? 0 : readCursor(after)
  const page = await store.pending({ scope, after: from, limit, state, now: endOfTime }, { signal })
  const time = now()
  const shown = page.messages.filter(({ record }) => !isExpired(record, time))
  return { results: shown.map(messageOf), next: page.done ? undefined : `inbox-${page.cursor}` }
}

function messageOf({ record, at, tokens, attempts, notBefore, reason }: PendingMemory): PendingMessage {
  return { ...toItem(record), receivedAt: at, tokens, attempts, notBefore, reason }
}

function readCursor(cursor: string): number {
  checkText(cursor, 'after')
  const place = Number(cursorForm.exec(cursor)?.[1])
  if (Number.isSafeInteger(place)) return place
  throw invalid(`after is ${show(cursor)}, which is no cursor; give what 'next' of a page was.`)
}
