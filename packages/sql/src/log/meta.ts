import type { MetaEntry } from '@agentmem/core/adapter'
import type { Session, WriteSession } from '../database/session.ts'

export async function readMeta(
  { db, flavor }: Session,
  keys: readonly string[],
): Promise<(string | undefined)[]> {
  const rows = await db
    .selectFrom('meta')
    .selectAll()
    .where(eb => flavor.isOneOf(eb.ref('key'), keys))
    .execute()
  const values = new Map(rows.map(({ key, value }) => [key, value]))
  return keys.map(key => values.get(key))
}

/** Writes all entries and returns true; writes none and returns false when an `expect` does not hold. */
export async function writeMeta(session: WriteSession, entries: readonly MetaEntry[]): Promise<boolean> {
  const { db, flavor } = session
  await flavor.lockLog?.(db)
  const keys = entries.map(({ key }) => key)
  const values = await readMeta(session, keys)
  const holds = entries.every(({ expect }, i) => expect === undefined || expect === (values[i] ?? null))
  if (!holds) return false
  const [entry, ...others] = entries
  // What a flush notes of its index, and each turn of a lease: one statement does.
  if (entry && others.length === 0) await setOne(session, entry, values[0] !== undefined)
  // When a key is there twice, the later entry counts.
  else await setMeta(session, new Map(entries.map(({ key, value }) => [key, value])))
  return true
}

async function setOne({ db }: WriteSession, { key, value }: MetaEntry, isThere: boolean): Promise<void> {
  if (value === null) {
    if (isThere) await db.deleteFrom('meta').where('key', '=', key).execute()
  } else if (isThere) await db.updateTable('meta').set({ value }).where('key', '=', key).execute()
  else await db.insertInto('meta').values({ key, value }).execute()
}

/** Writes values, and removes the keys of those that are null. The transaction must hold the lock of the log. */
export async function setMeta(
  { db, flavor }: WriteSession,
  values: ReadonlyMap<string, string | null>,
): Promise<void> {
  await db
    .deleteFrom('meta')
    .where(eb => flavor.isOneOf(eb.ref('key'), [...values.keys()]))
    .execute()
  const rows = Array.from(values, ([key, value]) => ({ key, value })).filter(isSet)
  if (rows.length > 0) await db.insertInto('meta').values(rows).execute()
}

function isSet(entry: { key: string; value: string | null }): entry is { key: string; value: string } {
  return entry.value !== null
}
