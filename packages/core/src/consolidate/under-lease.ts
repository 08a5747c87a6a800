import { setTimeout } from 'node:timers/promises'
import { throwIfAborted } from '../contracts/errors.ts'
import type { CallOptions } from '../contracts/log.ts'
import type { LogSource } from '../contracts/store.ts'
import { FlushLease } from '../follower/flush-lease.ts'

/** A process that does not renew its lease for so long is taken for dead, in milliseconds. */
const leaseMs = 10_000
const askAgainMs = 200

/** Runs some work while no other process does such work; waits for one that does. */
export async function underLease<T>(
  store: Pick<LogSource, 'readMeta' | 'writeMeta'>,
  key: string,
  work: () => Promise<T>,
  { signal }: CallOptions,
): Promise<T> {
  const lease = new FlushLease(store, key, leaseMs)
  try {
    while (!(await lease.take())) {
      await setTimeout(askAgainMs, undefined, { signal }).catch(() => undefined)
      throwIfAborted(signal)
    }
    return await lease.during(work)
  } finally {
    // The next process takes it over in any case.
    await lease.release().catch(() => undefined)
  }
}
