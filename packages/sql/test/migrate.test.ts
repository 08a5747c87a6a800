import { describe, expect, it } from 'vitest'
import type { Flavor, FoundColumn } from '../src/database/flavor.ts'
import { migrate } from '../src/database/migrate.ts'
import { openOnRows } from './open-on-rows.ts'

const whole: readonly FoundColumn[] = [
  { table: 'meta', column: 'key' },
  { table: 'meta', column: 'value' },
  { table: 'memories', column: 'id' },
]
const halfMade: readonly FoundColumn[] = [{ table: 'memories', column: 'id' }]

/** A database that answers each look at its columns with the next of these, the last from then on. */
async function migrated(
  looks: readonly (readonly FoundColumn[])[],
): Promise<{ alone: number; error: unknown }> {
  const db = openOnRows([{ value: '1000' }])
  let look = 0
  let alone = 0
  const flavor: Partial<Flavor> = {
    columns: async () => [...(looks[Math.min(look++, looks.length - 1)] ?? [])],
    migrate: async (db, work) => {
      alone += 1
      return work(db)
    },
  }
  const error = await migrate(db, flavor as Flavor, '').catch((error: unknown) => error)
  return { alone, error }
}

describe('a migration', () => {
  it('judges tables that look like anyone only once no other process is making them', async () => {
    // The row says a layout of the future, so that the second look ends here, with an error that names it.
    expect(await migrated([halfMade, whole])).toMatchObject({
      alone: 1,
      error: { code: 'SCHEMA', message: expect.stringContaining('schema version 1000') },
    })
  })

  it("refuses tables that are not agentmem's", async () => {
    expect(await migrated([halfMade])).toMatchObject({
      alone: 1,
      error: { code: 'SCHEMA', message: expect.stringContaining("'memories', and they are not agentmem's") },
    })
  })
})
