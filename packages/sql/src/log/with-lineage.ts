import type { Kysely } from 'kysely'
import type { Flavor } from '../database/flavor.ts'
import type { Tables } from '../database/tables.ts'
import { untilItPasses } from '../database/until-it-passes.ts'

/** The flavor, without its `lineage` where the server does not know what that asks, or tells it not to everybody. */
export async function withLineage(db: Kysely<Tables>, flavor: Flavor): Promise<Flavor> {
  const { lineage } = flavor
  if (!lineage) return flavor
  try {
    await untilItPasses(flavor, undefined, () =>
      db.selectNoFrom(lineage.as('lineage')).executeTakeFirstOrThrow(),
    )
    return flavor
  } catch (error) {
    if (flavor.isPassing?.(error)) throw error
    return { ...flavor, lineage: undefined }
  }
}
