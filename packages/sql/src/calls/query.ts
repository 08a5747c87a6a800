import type { MemoryRecord, Query } from '@agentmem/core/adapter'
import { sql } from 'kysely'
import type { Expression, RawBuilder, SqlBool } from 'kysely'
import { scopeCondition } from '../database/scope-condition.ts'
import type { Session } from '../database/session.ts'
import { recordOf, recordSelection } from '../database/tables.ts'
import type { RecordRow } from '../database/tables.ts'
import { untilItPasses } from '../database/until-it-passes.ts'
import { compileWhere } from '../database/where-compile.ts'

interface Plan {
  /** What a record must fulfil, whatever its place in the order. */
  readonly matches: Expression<SqlBool>
  readonly time: RawBuilder<number>
  readonly id: Expression<string>
  readonly newestFirst: boolean
  readonly after: Query['after']
  readonly pageSize: number
  /** Sends a statement that only reads, and sends it again while it fails with errors that pass. */
  readonly ask: <T>(statement: { execute(): Promise<T> }) => Promise<T>
}

/** The pages of a query: read one by one along an index if there is one, else from a list of ids. */
export function query(
  session: Session,
  request: Query,
  signal: AbortSignal | undefined,
): AsyncGenerator<MemoryRecord[]> {
  const { scope, where, order, after, pageSize = 500 } = request
  const id = sql.ref<string>('id')
  const inScope = scopeCondition(scope)
  const plan: Plan = {
    matches: where ? sql`(${inScope} and ${compileWhere(where, session.flavor)})` : inScope,
    time: sql.ref(order?.by === 'updatedAt' ? 'updated_at' : 'created_at'),
    id: session.flavor.byCodePoint?.(id) ?? id,
    newestFirst: order?.direction !== 'asc',
    after,
    pageSize,
    ask: statement => untilItPasses(session.flavor, signal, () => statement.execute()),
  }
  const { userId, agentId, runId } = scope
  const hasIndex = order?.by !== 'updatedAt' && (userId ?? agentId ?? runId) !== undefined
  return hasIndex ? pagesByIndex(session, plan) : pagesById(session, plan)
}

/** Starts each page after the last record of the one before, whose place in the order never changes. */
async function* pagesByIndex(session: Session, plan: Plan): AsyncGenerator<MemoryRecord[]> {
  for (let { after } = plan; ;) {
    const rows = await plan.ask(ordered(session, plan, after).select(recordSelection).limit(plan.pageSize))
    const page = (rows as RecordRow[]).map(recordOf)
    const last = page.at(-1)
    if (last) yield page
    if (!last || page.length < plan.pageSize) return
    after = { id: last.id, time: last.createdAt }
  }
}

/**
 * Reads the ids of all pages first. Without an index each page would sort all of them again, and by `updatedAt` a record
 * may change its place while pages are read. Records that no longer match are left out.
 */
async function* pagesById(session: Session, plan: Plan): AsyncGenerator<MemoryRecord[]> {
  const { matches, pageSize, ask } = plan
  const keys = await ask(ordered(session, plan, plan.after).select('id'))
  for (let start = 0; start < keys.length; start += pageSize) {
    const ids = keys.slice(start, start + pageSize).map(({ id }) => id)
    const rows = await ask(
      session.db
        .selectFrom('memories')
        .select(recordSelection)
        .where(eb => eb.and([session.flavor.isOneOf(eb.ref('id'), ids), matches])),
    )
    const byId = new Map((rows as RecordRow[]).map(row => [row.id, row]))
    const page = ids.flatMap(id => byId.get(id) ?? []).map(recordOf)
    if (page.length > 0) yield page
  }
}

// oxlint-disable-next-line typescript/explicit-function-return-type -- the type is the selection's
function ordered({ db }: Session, { matches, time, id, newestFirst }: Plan, after: Query['after']) {
  const found = db.selectFrom('memories').where(matches)
  const behind = newestFirst ? sql`<` : sql`>`
  const rest = after
    ? found
        .where(sql<SqlBool>`${time} ${behind}= ${after.time}`)
        .where(sql<SqlBool>`(${time} ${behind} ${after.time} or ${id} > ${after.id})`)
    : found
  return rest.orderBy(time, newestFirst ? 'desc' : 'asc').orderBy(id)
}
