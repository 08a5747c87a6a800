import { invalid, MemoryError, withinTime } from '@agentmem/core/adapter'
import type { Sender, TakeSender } from './sender.ts'

/** The codes of a CREATE SCHEMA that came second: the schema is there, or its row is. */
const taken = ['42P06', '23505']

/**
 * The schema of the tables: the wanted one, made when it is not there, or else the connection's own. `owner` begins the
 * message of `INVALID_ARGUMENT`, when the connection has none.
 */
export async function provideSchema(
  owner: string,
  take: TakeSender,
  wanted: string | undefined,
  timeoutMs: number,
): Promise<string> {
  const sender = await take()
  try {
    return await withinTime(timeoutMs, () => schemaOf(owner, sender, wanted), { message: noAnswer })
  } catch (error) {
    // What has not answered has nothing to give back.
    sender.drop()
    throw error
  } finally {
    sender.release()
  }
}

function noAnswer(ms: number): string {
  return `The server did not answer the first statement within ${ms} ms; check that host and port are those of PostgreSQL.`
}

/** Throws `UNSUPPORTED` for a database that cannot hold every text. */
async function checkEncoding(sender: Sender): Promise<void> {
  const { rows } = await sender.send("select current_setting('server_encoding') as encoding", [])
  const [{ encoding } = { encoding: '' }] = rows as { encoding: string }[]
  if (encoding === 'UTF8') return
  throw new MemoryError(
    'UNSUPPORTED',
    `The database has the encoding ${encoding}, which cannot hold every text; use one that was made with: ` +
      "create database memories encoding 'UTF8' template template0",
  )
}

async function schemaOf(owner: string, sender: Sender, wanted: string | undefined): Promise<string> {
  await checkEncoding(sender)
  if (wanted === undefined) {
    const { rows } = await sender.send('select current_schema() as name', [])
    const [row] = rows as { name: string | null }[]
    if (row?.name) return row.name
    throw invalid(owner, 'needs a schema: the search_path of the connection leads to none')
  }
  const { rows } = await sender.send('select 1 from pg_namespace where nspname = $1', [wanted])
  if (rows.length === 0) await makeSchema(sender, wanted)
  return wanted
}

async function makeSchema(sender: Sender, name: string): Promise<void> {
  try {
    await sender.send(`create schema "${name}"`, [])
  } catch (error) {
    if (!taken.includes(String((error as { code?: unknown }).code))) throw error
  }
}
