import type { Flavor, SqlDatabase } from '../database/flavor.ts'
import { testLock } from './test-lock.ts'
import { withLineage } from './with-lineage.ts'

/** Sees at opening what the server tells of the log, and whether the lock of the log holds. Throws `UNSUPPORTED` where it does not. */
export async function probeLog(database: SqlDatabase): Promise<SqlDatabase> {
  const flavor = await withLineage(database.reader, database.flavor)
  const lockTested = await testLock(database)
  if (lockTested === undefined) return { ...database, flavor }
  const stats: Flavor['stats'] = async db => ({ lockTested, ...(await flavor.stats(db)) })
  return { ...database, flavor: { ...flavor, stats } }
}
