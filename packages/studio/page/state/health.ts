import type { MemoryStats, VerifyResult } from '@agentmem/core'
import { call } from './call.ts'
import { Loaded } from './loaded.ts'

/** What the parts of the memory say of themselves. */
export const stats: Loaded<MemoryStats> = new Loaded<MemoryStats>()
/** What a comparison of index and Store has found. */
export const verified: Loaded<VerifyResult> = new Loaded<VerifyResult>()

/** Asks the parts. */
export function loadStats(): Promise<void> {
  return stats.load(signal => call<MemoryStats>('stats', {}, signal))
}

/** Compares the index with the Store, which reads all of both. */
export function verify(database: boolean): Promise<void> {
  return verified.load(signal => call<VerifyResult>('verify', { database }, signal), { keep: false })
}
