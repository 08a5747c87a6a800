import { deepEqual } from 'node:assert/strict'
import type { Store } from '@agentmem/core/adapter'
import { assertUnchanged, stateOf } from '../data/read-store.ts'
import { keyOf, storedRecords, withoutVector } from '../data/records.ts'
import { assertRejects } from '../kit/rejections.ts'

/** Runs `check` with a refusal test, and fails if any call that was refused has written something. */
export async function refusing(
  store: Store,
  check: (refuse: (name: string, call: () => Promise<unknown>) => Promise<void>) => Promise<void>,
): Promise<void> {
  const kept = storedRecords(3)
  await store.put(kept)
  const before = await stateOf(store)
  await check((name, call) => assertRejects('INVALID_ARGUMENT', name, call))
  await assertUnchanged(store, before)
  deepEqual(await store.get(kept.map(keyOf)), kept.map(withoutVector))
}
