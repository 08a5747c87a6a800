import { inScope, scopeKey } from '@agentmem/core/adapter'
import type { DeleteAllOptions, DeleteOptions, Key, LogSpan, Patch, Scope } from '@agentmem/core/adapter'
import { sql } from 'kysely'
import type { Expression, SqlBool } from 'kysely'
import type { BuriedTable, LogState } from '../database/flavor.ts'
import { groupedBy } from '../database/grouped-by.ts'
import { isAmong } from '../database/is-among.ts'
import { partsOf, rowsInParts } from '../database/list-parts.ts'
import { isOfOwner, scopeCondition } from '../database/scope-condition.ts'
import type { WriteSession } from '../database/session.ts'
import { historyColumns, scopeSelection, tombstoneScope } from '../database/tables.ts'
import { takeLog } from '../log/log.ts'
import { matching } from './count.ts'
import { forgetSources, goesAlong, mendPatches, readSucceeded, readSurvivors } from './take-along.ts'
import type { Left } from './take-along.ts'

/** Scopes in one statement at most. */
const scopesPerStatement = 25

/** What was deleted, at the positions of `span`, the log behind that, and what is to be changed there of what stays. */
export interface Removal {
  readonly span: LogSpan
  readonly log: LogState
  readonly mending: readonly Patch[]
}

/** Deletes memories with their history entry and tombstone; `missing` has the ids that were not there. */
export async function deleteByKey(
  session: WriteSession,
  keys: readonly Key[],
  { actor, purgeHistory = false, cascade = true }: DeleteOptions,
  log?: LogState,
): Promise<Removal & { readonly missing: string[] }> {
  const state = log ?? (await takeLog(session))
  const { head } = state
  const { present, hasTold } = await presentKeys(session, keys, state)
  const missing = keys.filter(key => !present.has(key)).map(({ id }) => id)
  if (purgeHistory) await purgeByKey(session, keys)
  if (present.size === 0) return { missing, ...unchanged(state) }
  const ids = [...new Set(Array.from(present, ({ id }) => id))]
  let buried = 0
  for (const part of partsOf(ids, session.flavor))
    buried += await bury(
      session,
      session.flavor.isOneOf(sql.ref<string>('id'), part),
      head + buried,
      purgeHistory,
    )
  const removal = await finish(session, state, buried, { actor, purgeHistory, cascade: cascade && hasTold })
  return { missing, ...removal }
}

/** The keys whose memories are there and in the scope that the key names, and whether any memory was made of them. */
async function presentKeys(
  { db, flavor }: WriteSession,
  keys: readonly Key[],
  { hasSources }: LogState,
): Promise<{ present: ReadonlySet<Key>; hasTold: boolean }> {
  const ids = keys.map(({ id }) => id)
  const told = sql<boolean | number>`exists ${db
    .selectFrom('memory_sources as s')
    .select('s.memory_id')
    .where('s.source_id', '=', sql.ref<string>('memories.id'))}`
  const rows = await rowsInParts(ids, flavor, part =>
    db
      .selectFrom('memories')
      .select(['id', ...scopeSelection])
      .select((hasSources ? told : sql<number>`0`).as('hasTold'))
      .where(eb => flavor.isOneOf(eb.ref('id'), part))
      .execute(),
  )
  const byId = new Map(rows.map(row => [row.id, row]))
  const isPresent = (key: Key): boolean => {
    const row = byId.get(key.id)
    return row !== undefined && inScope(row, key)
  }
  return { present: new Set(keys.filter(isPresent)), hasTold: rows.some(({ hasTold }) => Boolean(hasTold)) }
}

/**
 * Deletes what has a tombstone after `head`, and before that, where asked for, gives one to what goes along. `buried` are there
 * already.
 */
async function finish(
  session: WriteSession,
  log: LogState,
  buried: number,
  { actor, purgeHistory = false, cascade }: DeleteOptions,
): Promise<Removal> {
  const { head, hasPending, hasSources } = log
  const along = cascade ? await buryAlong(session, head + buried, head, purgeHistory) : nothingAlong
  if (!purgeHistory) await addHistory(session, head, actor)
  else if (along.buried > 0) await deleteBuried(session, head, 'history')
  if (hasPending) await deleteBuried(session, head, 'pending')
  if (hasSources) await deleteBuried(session, head, 'memory_sources')
  await deleteBuried(session, head, 'memories')
  if (along.survivors.length > 0) await forgetSources(session, along.survivors)
  const mending = await mendPatches(session, along)
  const upTo = head + buried + along.buried
  return { span: { after: head, upTo }, log: { ...log, head: upTo }, mending }
}

function unchanged(log: LogState): Removal {
  return { span: { after: log.head, upTo: log.head }, log, mending: [] }
}

const nothingAlong = { buried: 0, survivors: [], succeeded: [] }

/** Gives a tombstone to what was made of the deleted alone, and then to what was made of that. */
async function buryAlong(
  session: WriteSession,
  end: number,
  head: number,
  isPurged: boolean,
): Promise<Left & { readonly buried: number }> {
  let buried = 0
  for (;;) {
    buried += await bury(session, goesAlong(session, head), end + buried, isPurged)
    const survivors = await readSurvivors(session, head)
    if (survivors.every(({ stays }) => stays))
      return { buried, survivors, succeeded: await readSucceeded(session, head) }
  }
}

/** Deletes the history that the keys name: one statement for 25 scopes. */
async function purgeByKey(session: WriteSession, keys: readonly Key[]): Promise<void> {
  for (const part of partsOf(keys, session.flavor)) await purgePart(session, part)
}

async function purgePart({ db, flavor }: WriteSession, keys: readonly Key[]): Promise<void> {
  const groups = [...groupedBy(keys, scopeKey).values()]
  for (let start = 0; start < groups.length; start += scopesPerStatement) {
    const named = (column: string): Expression<SqlBool> => {
      const conditions = groups.slice(start, start + scopesPerStatement).map(([first, ...others]) => {
        const { id, ...scope } = first as Key
        const ids = [id, ...others.map(key => key.id)]
        return sql<SqlBool>`(${scopeCondition(scope)} and ${flavor.isOneOf(sql.ref<string>(column), ids)})`
      })
      return sql<SqlBool>`(${sql.join(conditions, sql` or `)})`
    }
    await db.deleteFrom('history').where(named('memory_id')).execute()
    await db.updateTable('tombstones').set(nobody).where(named('id')).execute()
  }
}

/** Deletes all memories of a scope, or those that pass a filter, by a number of statements that does not grow with it. Returns how many. */
export async function deleteScope(
  session: WriteSession,
  scope: Scope,
  { actor, where, purgeHistory = false, cascade = true }: DeleteAllOptions,
): Promise<Removal & { readonly deleted: number }> {
  const state = await takeLog(session)
  const { head, hasSources } = state
  const deleted = await bury(session, matching({ scope, where }, session.flavor), head, purgeHistory)
  let removal = unchanged(state)
  if (deleted > 0) {
    if (purgeHistory && where) await deleteBuried(session, head, 'history')
    removal = await finish(session, state, deleted, { actor, purgeHistory, cascade: cascade && hasSources })
  }
  if (purgeHistory && !where) {
    await session.db.deleteFrom('history').where(scopeCondition(scope)).execute()
    await session.db.updateTable('tombstones').set(nobody).where(scopeCondition(scope)).execute()
  }
  return { deleted, ...removal }
}

/** Whose a memory was whose history is purged: nothing is kept of it but the organization. */
const nobody = { user_id: null, agent_id: null, run_id: null }

/**
 * Writes a tombstone for each memory that fulfils the condition, at the positions after `head`; of a purged one it says only
 * which organization's it was. Returns how many.
 */
async function bury(
  { db }: WriteSession,
  condition: Expression<SqlBool>,
  head: number,
  isPurged: boolean,
): Promise<number> {
  const owner = isPurged ? (['org_id'] as const) : tombstoneScope
  const row = sql<number>`row_number() over (order by ${sql.ref('seq')})`
  const { numInsertedOrUpdatedRows = 0n } = await db
    .insertInto('tombstones')
    .columns(['seq', 'id', ...owner])
    .expression(
      db
        .selectFrom('memories')
        .select([sql<number>`${head} + ${row}`.as('position'), 'id', ...owner])
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
        .select(eb => ['m.role', eb.val(Date.now()).as('at'), sql<null>`null`.as('successor')])
        .where('t.seq', '>', head),
    )
    .execute()
}

/**
 * Deletes what a table has of the memories that have a tombstone after `head`. Of a history that is what belongs to the owner of
 * the memory, which is still there: another owner may have had the id before.
 */
async function deleteBuried({ db, flavor }: WriteSession, head: number, table: BuriedTable): Promise<void> {
  if (flavor.deleteBuried) return flavor.deleteBuried(db, head, table)
  const id = sql.ref(table === 'memories' ? 'id' : 'memory_id')
  await db
    .deleteFrom(table)
    .where(eb => isAmong(flavor, id, eb.selectFrom('tombstones').select('id').where('seq', '>', head)))
    .$if(table === 'history', query =>
      query.where(
        eb =>
          sql<SqlBool>`exists ${eb
            .selectFrom('memories')
            .select('id')
            .whereRef('memories.id', '=', sql.ref<string>('history.memory_id'))
            .where(isOfOwner())}`,
      ),
    )
    .execute()
}
