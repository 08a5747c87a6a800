import { inScope } from '@agentmem/core/adapter'
import type { DeleteAllOptions, Key, LogSpan, Scope, WriteOptions } from '@agentmem/core/adapter'
import { sql } from 'kysely'
import type { Expression, SqlBool } from 'kysely'
import { scopeCondition } from '../database/scope-condition.ts'
import type { WriteSession } from '../database/session.ts'
import { historyColumns, scopeSelection } from '../database/tables.ts'
import { takeLog } from '../log/log.ts'

/** Deletes memories with their history entry and tombstone; `missing` has the ids that were not there. */
export async function deleteByKey(
  session: WriteSession,
  keys: readonly Key[],
  { actor }: WriteOptions,
): Promise<{ missing: string[]; span: LogSpan }> {
  const { head } = await takeLog(session)
  const present = await presentKeys(session, keys)
  const missing = keys.filter(key => !present.has(key)).map(({ id }) => id)
  if (present.size === 0) return { missing, span: { after: head, upTo: head } }
  const ids = [...new Set(Array.from(present, ({ id }) => id))]
  const buried = await bury(session, session.flavor.isOneOf(sql.ref<string>('id'), ids), head)
  await addHistory(session, head, actor)
  await deleteBuried(session, head)
  return { missing, span: { after: head, upTo: head + buried } }
}

/** The keys whose memories are there and in the scope that the key names. */
async function presentKeys({ db, flavor }: WriteSession, keys: readonly Key[]): Promise<Set<Key>> {
  const ids = keys.map(({ id }) => id)
  const rows = await db
    .selectFrom('memories')
    .select(['id', ...scopeSelection])
    .where(eb => flavor.isOneOf(eb.ref('id'), ids))
    .execute()
  const byId = new Map(rows.map(row => [row.id, row]))
  const isPresent = (key: Key): boolean => {
    const row = byId.get(key.id)
    return row !== undefined && inScope(row, key)
  }
  return new Set(keys.filter(isPresent))
}

/** Deletes all memories of a scope, by a number of statements that does not grow with it. Returns how many. */
export async function deleteScope(
  session: WriteSession,
  scope: Scope,
  { actor, purgeHistory = false }: DeleteAllOptions,
): Promise<number> {
  const { head } = await takeLog(session)
  const deleted = await bury(session, scopeCondition(scope), head)
  if (deleted > 0) {
    if (!purgeHistory) await addHistory(session, head, actor)
    await deleteBuried(session, head)
  }
  if (purgeHistory) await session.db.deleteFrom('history').where(scopeCondition(scope)).execute()
  return deleted
}

/** Writes a tombstone for each memory that fulfils the condition, at the positions after `head`. Returns how many. */
async function bury({ db }: WriteSession, condition: Expression<SqlBool>, head: number): Promise<number> {
  const row = sql<number>`row_number() over (order by ${sql.ref('seq')})`
  const { numInsertedOrUpdatedRows = 0n } = await db
    .insertInto('tombstones')
    .columns(['seq', 'id'])
    .expression(
      db
        .selectFrom('memories')
        .select([sql<number>`${head} + ${row}`.as('position'), 'id'])
        .where(condition),
    )
    .executeTakeFirstOrThrow()
  return Number(numInsertedOrUpdatedRows)
}

/** Adds the history of the memories that have a tombstone after `head` and are not deleted yet. */
async function addHistory({ db }: WriteSession, head: number, actor: string | undefined): Promise<void> {
  await db
    .insertInto('history')
    .columns(historyColumns)
    .expression(
      db
        .selectFrom('tombstones as t')
        .innerJoin('memories as m', 'm.id', 't.id')
        .select(['m.id', 't.seq', 'm.org_id', 'm.user_id', 'm.agent_id', 'm.run_id', 'm.content'])
        .select([sql<null>`null`.as('next'), sql<string>`'DELETE'`.as('event')])
        .select(eb => eb.fn.coalesce(eb.val(actor ?? null), 'm.actor_id').as('actor'))
        .select(eb => ['m.role', eb.val(Date.now()).as('at')])
        .where('t.seq', '>', head),
    )
    .execute()
}

async function deleteBuried({ db, flavor }: WriteSession, head: number): Promise<void> {
  if (flavor.deleteBuried) return flavor.deleteBuried(db, head)
  await db
    .deleteFrom('memories')
    .where('id', 'in', eb => eb.selectFrom('tombstones').select('id').where('seq', '>', head))
    .execute()
}
