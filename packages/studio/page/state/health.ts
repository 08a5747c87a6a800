import type { MemoryStats, VerifyResult } from '@agentmem/core'
import type { PendingAnswer } from '../../src/answers.ts'
import { call } from './call.ts'
import { Loaded } from './loaded.ts'

/** What the parts of the memory say of themselves. */
export const stats: Loaded<MemoryStats> = new Loaded<MemoryStats>()
/** What a comparison of index and Store has found. */
export const verified: Loaded<VerifyResult> = new Loaded<VerifyResult>()

/** What a message does that is not done: it waits for `process`, or was given up. */
export type PendingState = 'waiting' | 'parked'

/** Messages of which no facts were made yet, of each state. */
export const pending: Readonly<Record<PendingState, Loaded<PendingAnswer>>> = {
  waiting: new Loaded<PendingAnswer>(),
  parked: new Loaded<PendingAnswer>(),
}

/** Asks the parts how they are, and what is still to do. */
export async function loadHealth(): Promise<void> {
  await Promise.all([
    stats.load(signal => call<MemoryStats>('stats', {}, signal)),
    loadPending('waiting'),
    loadPending('parked'),
  ])
}

function loadPending(state: PendingState): Promise<void> {
  return pending[state].load(signal => call<PendingAnswer>('pending', { state }, signal))
}

/** Reads the messages behind those that are there. */
export function loadMorePending(state: PendingState): Promise<void> {
  const before = pending[state].value
  return pending[state].load(async signal => {
    const page = await call<PendingAnswer>('pending', { state, after: before?.next }, signal)
    return { ...page, results: [...(before?.results ?? []), ...page.results] }
  })
}

/** Compares the index with the Store, which reads all of both. */
export function verify(database: boolean): Promise<void> {
  return verified.load(signal => call<VerifyResult>('verify', { database }, signal), { keep: false })
}
