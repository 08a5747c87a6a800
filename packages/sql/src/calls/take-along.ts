import { insightType, mergedPatches, revivals, scopeOf, survivorPatch } from '@agentmem/core/adapter'
import type { Derivation, MemoryRecord, Patch, Succeeded } from '@agentmem/core/adapter'
import { sql } from 'kysely'
import type { Expression, SqlBool } from 'kysely'
import { partsOf, rowsInParts } from '../database/list-parts.ts'
import { ownKey } from '../database/record-rows.ts'
import type { WriteSession } from '../database/session.ts'
import { scopeSelection } from '../database/tables.ts'

/** What stays of what was told by memories that are deleted, and what stood behind others that are. */
export interface Left {
  readonly survivors: readonly Survivor[]
  readonly succeeded: readonly Succeeded[]
}

export interface Survivor {
  readonly sourceId: string
  readonly record: Pick<MemoryRecord, 'id' | 'orgId' | 'userId' | 'agentId' | 'runId'>
  readonly derivation: Derivation
  /** False for one that is to go along, since what it was made of goes too. */
  readonly stays: boolean
}

/** True for a memory that goes along with those that have a tombstone after `head`, and has none yet. */
export function goesAlong(session: WriteSession, head: number): Expression<SqlBool> {
  const along = withMade(session, head).selectFrom('made').select('made.id').where('made.stays', '=', 0)
  const id = sql.ref('id')
  return sql<SqlBool>`(${id} in ${along} and ${id} not in ${buriedAfter(session, head)})`
}

/** The memories that lose a source and have no tombstone: a row for each source. */
export async function readSurvivors(session: WriteSession, head: number): Promise<Survivor[]> {
  const buried = buriedAfter(session, head)
  const rows = await withMade(session, head)
    .selectFrom('made')
    .innerJoin('memories as d', 'd.id', 'made.id')
    .innerJoin('memory_sources as lost', 'lost.memory_id', 'made.id')
    .select(['lost.source_id as sourceId', 'd.id', 'd.derivation', 'made.stays', ...scopeOfD])
    .where('lost.source_id', 'in', buried)
    .where('made.id', 'not in', buried)
    .execute()
  return rows.map(({ sourceId, derivation, stays, ...record }) => ({
    sourceId,
    record,
    derivation: JSON.parse(derivation ?? '{}') as Derivation,
    stays: stays !== 0,
  }))
}

/**
 * The memories whose successors are deleted together with what told these. Mostly there are none: then this is one statement. In one with
 * that of the successors MariaDB takes seconds for thousands.
 */
export async function readSucceeded(session: WriteSession, head: number): Promise<Succeeded[]> {
  const buried = buriedAfter(session, head)
  const rows = await session.db
    .selectFrom('memories')
    .select(['id', ...scopeSelection, 'valid_to as validTo', 'dedupe_key as held', 'deleted_at as deletedAt'])
    .select('superseded_by as supersededBy')
    .select(eb => sql<number>`case when ${eb.ref('id')} in ${buried} then 1 else 0 end`.as('isGone'))
    .where('superseded_by', 'in', buried)
    .execute()
  const ids = new Set(rows.flatMap(({ supersededBy }) => supersededBy ?? []))
  const successors = await readToldSuccessors(session, head, [...ids])
  return rows.flatMap(({ held, isGone, ...record }) => {
    const successor = successors.get(record.supersededBy ?? '')
    if (!successor) return []
    const { id: successorId, next, until } = successor
    return { record, dedupeKey: ownKey(record, held), isGone: isGone !== 0, successorId, next, until }
  })
}

interface Successor {
  readonly id: string
  readonly next: string | null
  readonly until: number | null
}

/** Of these the ones that were told by what this transaction deletes. */
async function readToldSuccessors(
  session: WriteSession,
  head: number,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Successor>> {
  const { db, flavor } = session
  const rows = await rowsInParts(ids, flavor, part =>
    db
      .selectFrom('memories as d')
      .select(['d.id', 'd.superseded_by as next', 'd.valid_to as until'])
      .where(eb => flavor.isOneOf(eb.ref('d.id'), part))
      .where(eb =>
        eb.exists(
          eb
            .selectFrom('memory_sources as s')
            .innerJoin('memories as told', 'told.id', 's.source_id')
            .select('s.source_id')
            .whereRef('s.memory_id', '=', 'd.id')
            .where('s.source_id', 'in', buriedAfter(session, head))
            .whereRef('d.org_id', '=', 'told.org_id')
            .where(sameOrNone('user_id'))
            .where(sameOrNone('agent_id')),
        ),
      )
      .execute(),
  )
  return new Map(rows.map(row => [row.id, row]))
}

/** The patches of what is left, once the others are deleted. */
export async function mendPatches(session: WriteSession, { survivors, succeeded }: Left): Promise<Patch[]> {
  const now = Date.now()
  const lost = Map.groupBy(survivors, ({ record }) => record.id)
  const patches = Array.from(lost.values(), group => {
    const [{ record, derivation }] = group as [Survivor]
    const key = { ...scopeOf(record), id: record.id }
    return survivorPatch({ key, derivation }, new Set(group.map(({ sourceId }) => sourceId)), now)
  })
  return mergedPatches([...patches, ...revivals(succeeded, await holdersOf(session, succeeded), now)])
}

/** Forgets that memories which stay were told by those that are deleted. */
export async function forgetSources(
  { db, flavor }: WriteSession,
  survivors: readonly Survivor[],
): Promise<void> {
  const ids = [...new Set(survivors.map(({ record }) => record.id))]
  const sources = [...new Set(survivors.map(({ sourceId }) => sourceId))]
  for (const part of partsOf(ids, flavor)) {
    for (const some of partsOf(sources, flavor)) {
      await db
        .deleteFrom('memory_sources')
        .where(eb => flavor.isOneOf(eb.ref('memory_id'), part))
        .where(eb => flavor.isOneOf(eb.ref('source_id'), some))
        .execute()
    }
  }
}

/** The memories that hold the dedupe keys of those that may be in force again. */
async function holdersOf(
  { db, flavor }: WriteSession,
  succeeded: readonly Succeeded[],
): Promise<Map<string, string>> {
  const keys = succeeded.flatMap(({ dedupeKey, isGone }) => (isGone || dedupeKey === null ? [] : [dedupeKey]))
  const rows = await rowsInParts(keys, flavor, part =>
    db
      .selectFrom('memories')
      .select(['id', 'dedupe_key as held'])
      .where(eb => flavor.isOneOf(eb.ref('dedupe_key'), part))
      .execute(),
  )
  return new Map(rows.map(({ id, held }) => [held ?? '', id]))
}

/** Selects the ids that have a tombstone after `head`: what this transaction deletes. */
function buriedAfter({ db }: WriteSession, head: number) {
  return db.selectFrom('tombstones').select('id').where('seq', '>', head)
}

/**
 * Begins a statement with `made`: the ids of what was made of memories that this transaction deletes, and whether each stays.
 * Those of other users and agents are not among them: nobody's memory goes with that of somebody else.
 */
function withMade(session: WriteSession, head: number) {
  return session.db
    .with(
      cte => computedOnce(session, cte('told')),
      db =>
        db
          .selectFrom('tombstones as t')
          .innerJoin('memory_sources as s', 's.source_id', 't.id')
          .innerJoin('memories as m', 'm.id', 't.id')
          .select(['s.memory_id', 'm.org_id', 'm.user_id', 'm.agent_id'])
          .distinct()
          .where('t.seq', '>', head),
    )
    .with(
      cte => computedOnce(session, cte('made')),
      db =>
        db
          .selectFrom('told')
          // Not an inner join: SQLite would turn it round and read every memory.
          .crossJoin('memories as d')
          .select('d.id')
          .select(sql<number>`case when ${isToldStill(session, head)} then 1 else 0 end`.as('stays'))
          .whereRef('d.id', '=', 'told.memory_id')
          .whereRef('d.org_id', '=', 'told.org_id')
          .where(sameOrNone('user_id'))
          .where(sameOrNone('agent_id')),
    )
}

/**
 * A part of a statement that is computed before the rest, once. PostgreSQL takes a table for empty that was so when it was analyzed
 * last: it would compute such a part again for each row of others, or begin with all pairs of memories.
 */
function computedOnce<Part extends { materialized(): Part }>({ flavor }: WriteSession, part: Part): Part {
  return flavor.materializes ? part.materialized() : part
}

function sameOrNone(part: 'user_id' | 'agent_id'): Expression<SqlBool> {
  const [own, other] = [sql.ref(`d.${part}`), sql.ref(`told.${part}`)]
  return sql<SqlBool>`(${own} = ${other} or (${own} is null and ${other} is null))`
}

/** True for a memory that stays though one of its sources goes: another one stays, and it is no insight. */
function isToldStill(session: WriteSession, head: number): Expression<SqlBool> {
  const left = session.db
    .selectFrom('memory_sources as o')
    .select('o.source_id')
    .where('o.memory_id', '=', sql.ref<string>('d.id'))
    .where('o.source_id', 'not in', buriedAfter(session, head))
  return sql<SqlBool>`(${sql.ref('d.type')} <> ${sql.lit(insightType)} and exists ${left})`
}

const scopeOfD = [
  'd.org_id as orgId',
  'd.user_id as userId',
  'd.agent_id as agentId',
  'd.run_id as runId',
] as const
