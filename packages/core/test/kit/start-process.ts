import { onTestFinished } from 'vitest'

import type { ExactIndex } from '../../src/reference/exact-index.ts'
import type { FollowerOptions } from '../../src/follower/follower.ts'
import { Follower } from '../../src/follower/follower.ts'
import type { Store } from '../../src/contracts/store.ts'
import { SharedIndex } from './shared-index.ts'
import { storedRecord } from './stored-record.ts'

export const scope = { orgId: 'default', userId: 'alice' }
export const tea = Float32Array.of(1, 0, 0, 0)
export const rain = Float32Array.of(0, 1, 0, 0)

/** A process that has a Store and a shared index open. */
export interface Process {
  readonly follower: Follower
  readonly index: SharedIndex
  readonly put: (...ids: string[]) => Promise<void>
  readonly found: (vector?: Float32Array) => Promise<string[]>
}

export async function start(store: Store, data: ExactIndex, options: FollowerOptions = {}): Promise<Process> {
  const index = new SharedIndex(data)
  const follower = await Follower.open(store, index, { leaseMs: 60, flushAfterMs: 10, ...options })
  onTestFinished(async () => {
    index.release()
    await follower.close()
  })
  return {
    follower,
    index,
    async put(...ids) {
      await follower.room()
      const receipt = await store.put(ids.map(id => storedRecord(id, tea)))
      follower.accept(receipt, { upserts: ids.map(id => ({ id, scope, vector: tea })), deletes: [] })
    },
    async found(vector = tea) {
      const [matches = []] = await follower.search([{ vector, k: 100, scope }])
      return matches.map(({ id }) => id)
    },
  }
}

export async function patch(store: Store, id: string, vector: Float32Array): Promise<void> {
  await store.patch([{ key: { orgId: 'default', id }, set: { content: 'new' }, vector, updatedAt: 2 }])
}
