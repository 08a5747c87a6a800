import { MemoryError } from '@agentmem/core/adapter'
import type { Sender, TakeSender } from './sender.ts'

/** What a CREATE SCHEMA fails with that another one got ahead of: already there, and a unique key. */
const taken = ['42P06', '23505']

/** The schema of the tables, made where it is asked for and not there. */
export async function provideSchema(take: TakeSender, wanted: string | undefined): Promise<string> {
  const sender = await take()
  try {
    if (wanted === undefined) {
      const { rows } = await sender.send('select current_schema() as name', [])
      const [row] = rows as { name: string | null }[]
      if (row?.name) return row.name
      throw new MemoryError(
        'INVALID_ARGUMENT',
        'openPostgresStore needs a schema: the search_path of the connection leads to none.',
      )
    }
    const { rows } = await sender.send('select 1 from pg_namespace where nspname = $1', [wanted])
    if (rows.length === 0) await makeSchema(sender, wanted)
    return wanted
  } finally {
    sender.release()
  }
}

async function makeSchema(sender: Sender, name: string): Promise<void> {
  try {
    await sender.send(`create schema "${name}"`, [])
  } catch (error) {
    if (!taken.includes(String((error as { code?: unknown }).code))) throw error
  }
}
