import { MemoryError, throwIfAborted, withinTime } from '@agentmem/core/adapter'
import type { SqlDatabase } from '../database/flavor.ts'
import { Statements } from '../database/session.ts'
import { takeLog } from './log.ts'

/** How long the lock, and the second connection, are waited for, in milliseconds. */
const patienceMs = 1_000

/**
 * Looks whether the lock of the log keeps out a second connection: engines and proxies are known where it keeps out nobody,
 * and memories would be passed over without a word. Undefined where the flavor has no such test; false where it could not be
 * made, because there is one connection only, or others hold the lock. Throws `UNSUPPORTED` where it keeps out nobody.
 */
export async function testLock(database: SqlDatabase): Promise<boolean | undefined> {
  const { flavor, reader, writer, connections = 2 } = database
  if (!flavor.tryLock) return undefined
  if (connections < 2) return false
  const message = (): string => 'The lock could not be tested in time.'
  const second = (): Promise<boolean> =>
    withinTime(patienceMs, async () => flavor.tryLock?.(reader) ?? false, { message })
  const test = (signal: AbortSignal): Promise<boolean> =>
    writer.transaction().execute(async tx => {
      await takeLog({ db: tx, flavor, statements: new Statements() })
      throwIfAborted(signal)
      return second()
    })
  try {
    if (!(await withinTime(patienceMs, test, { message }))) return true
  } catch (error) {
    if (MemoryError.is(error) && error.code === 'TIMEOUT') return false
    throw error
  }
  throw new MemoryError(
    'UNSUPPORTED',
    `Two connections to ${flavor.name} had the lock of the log at one time: writers would take each other's places in it. ` +
      'Connect to a server whose locks exclude, and not through a proxy that splits transactions.',
  )
}
