import type { MemoryRecord, Query, Scope, TextEntry, TextsQuery } from '@agentmem/core/adapter'
import { scopeOf } from '@agentmem/core/adapter'
import { sql } from 'kysely'
import type { Expression, RawBuilder, SqlBool } from 'kysely'
import { scopeCondition } from '../database/scope-condition.ts'
import type { Session } from '../database/session.ts'
import { isSearched, recordOf } from '../database/record-rows.ts'
import { recordSelection, textSelection } from '../database/tables.ts'
import type { RecordRow } from '../database/record-rows.ts'
import type { TextRow } from '../database/tables.ts'
import { untilItPasses } from '../database/until-it-passes.ts'
import { matching } from './count.ts'

/** The columns that say where a row stands in the order. */
type Placed = Pick<MemoryRecord, 'id' | 'place' | 'createdAt'>

interface Plan {
  /** What a record must fulfil, whatever its place in the order. */
  readonly matches: Expression<SqlBool>
  readonly time: RawBuilder<number>
  readonly id: Expression<string>
  readonly newestFirst: boolean
  readonly after: Query['after']
  readonly offset: number
  readonly limit: number
  readonly pageSize: number
  /** What is read of each record: the columns of `Placed` at least. */
  readonly selection: typeof recordSelection | typeof textSelection
  /** Sends a statement that only reads, and sends it again while it fails with errors that pass. */
  readonly ask: <T>(statement: { execute(): Promise<T> }) => Promise<T>
}

/** The pages of a query. */
export async function* query(
  session: Session,
  request: Query,
  signal: AbortSignal | undefined,
): AsyncGenerator<MemoryRecord[]> {
  const { scope, order, after, offset = 0, limit = Infinity, pageSize = 500 } = request
  const pages = readPages<RecordRow>(session, {
    matches: matching(request, session.flavor),
    hasIndex: order?.by !== 'updatedAt' && hasPart(scope),
    time: sql.ref(order?.by === 'updatedAt' ? 'updated_at' : 'created_at'),
    newestFirst: order?.direction !== 'asc',
    after,
    offset,
    limit,
    pageSize,
    selection: recordSelection,
    signal,
  })
  for await (const rows of pages) yield rows.map(recordOf)
}

/** The pages of a scope's texts. */
export async function* texts(
  session: Session,
  { scope, pageSize = 1_000 }: TextsQuery,
  signal: AbortSignal | undefined,
): AsyncGenerator<TextEntry[]> {
  const pages = readPages<TextRow>(session, {
    matches: sql`(${scopeCondition(scope)} and ${isSearched})`,
    hasIndex: hasPart(scope) && !session.flavor.sortsEachPage,
    time: sql.ref('created_at'),
    newestFirst: false,
    after: undefined,
    offset: 0,
    limit: Infinity,
    pageSize,
    selection: textSelection,
    signal,
  })
  for await (const rows of pages) yield rows.map(textOf)
}

/** True for a scope whose memories an index has in the order of `createdAt`. */
function hasPart({ userId, agentId, runId }: Scope): boolean {
  return (userId ?? agentId ?? runId) !== undefined
}

function textOf({ id, content, createdAt, place, actorId, origin, ...scope }: TextRow): TextEntry {
  return { id, scope: scopeOf(scope), content, createdAt, place, actorId, origin }
}

/** Pages are read one by one along an index if there is one, else from a list of ids. */
function readPages<Row extends Placed>(
  session: Session,
  request: Omit<Plan, 'id' | 'ask'> & {
    readonly hasIndex: boolean
    readonly signal: AbortSignal | undefined
  },
): AsyncGenerator<Row[]> {
  const { hasIndex, signal, ...rest } = request
  const id = sql.ref<string>('id')
  const plan: Plan = {
    ...rest,
    id: session.flavor.byCodePoint?.(id) ?? id,
    ask: statement => untilItPasses(session.flavor, signal, () => statement.execute()),
  }
  // What fits on one page is read at once, index or not.
  return hasIndex || plan.limit <= plan.pageSize ? pagesByIndex(session, plan) : pagesById(session, plan)
}

/** Starts each page after the last record of the one before, whose place in the order never changes. */
async function* pagesByIndex<Row extends Placed>(session: Session, plan: Plan): AsyncGenerator<Row[]> {
  for (let { after, offset, limit } = plan; limit > 0;) {
    const { ask, selection, pageSize } = plan
    const size = Math.min(pageSize, limit)
    const found = ordered(session, plan, after).select(selection).limit(size)
    const page = (await ask(offset > 0 ? found.offset(offset) : found)) as unknown as Row[]
    offset = 0
    limit -= page.length
    const last = page.at(-1)
    // Before the page is handed out, and may be changed.
    if (last) after = { id: last.id, place: last.place, time: last.createdAt }
    if (last) yield page
    if (page.length < size) return
  }
}

/**
 * Reads the ids of all pages first. Without an index each page would sort all of them again, and by `updatedAt` a record
 * may change its place while pages are read. Records that no longer match are left out.
 */
async function* pagesById<Row extends Placed>(session: Session, plan: Plan): AsyncGenerator<Row[]> {
  const { matches, offset, limit, pageSize, selection, ask } = plan
  const keys = await ask(ordered(session, plan, plan.after).select('id'))
  const wanted = keys.slice(offset, offset + limit).map(({ id }) => id)
  for (let start = 0; start < wanted.length; start += pageSize) {
    const ids = wanted.slice(start, start + pageSize)
    const rows = (await ask(
      session.db
        .selectFrom('memories')
        .select(selection)
        .where(eb => eb.and([session.flavor.isOneOf(eb.ref('id'), ids), matches])),
    )) as unknown as Row[]
    const byId = new Map(rows.map(row => [row.id, row]))
    const page = ids.flatMap(id => byId.get(id) ?? [])
    if (page.length > 0) yield page
  }
}

// oxlint-disable-next-line typescript/explicit-function-return-type -- the type is the selection's
function ordered({ db }: Session, { matches, time, id, newestFirst }: Plan, after: Query['after']) {
  const found = db.selectFrom('memories').where(matches)
  const [place, behind, direction] = [
    sql.ref<number>('place'),
    newestFirst ? sql`<` : sql`>`,
    newestFirst ? ('desc' as const) : ('asc' as const),
  ]
  const rest = after
    ? found
        // Apart from the rest, so that an index is read from there.
        .where(sql<SqlBool>`${time} ${behind}= ${after.time}`)
        .where(
          sql<SqlBool>`(${time} ${behind} ${after.time} or ${place} ${behind} ${after.place}
            or (${place} = ${after.place} and ${id} ${behind} ${after.id}))`,
        )
    : found
  return rest.orderBy(time, direction).orderBy(place, direction).orderBy(id, direction)
}
