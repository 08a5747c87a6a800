import { scopeOf, unpackVector } from '@agentmem/core/adapter'
import type { IndexEntry, LogPage, Scope, TextEntry, TextPage } from '@agentmem/core/adapter'
import { sql } from 'kysely'
import type { AliasedRawBuilder, Compilable } from 'kysely'
import { isSearched } from '../database/record-rows.ts'
import type { Session } from '../database/session.ts'

interface LogRequest {
  readonly after: number
  readonly limit: number
}

/** A row of the log. That of a tombstone has no organization. */
interface LogRow {
  readonly seq: number
  readonly id: string
  readonly orgId: string | null
  readonly userId: string | null
  readonly agentId: string | null
  readonly runId: string | null
}

interface VectorRow extends LogRow {
  /** Null where no search finds the record. */
  readonly vector: Uint8Array | null
}

interface TextRow extends LogRow {
  /** Null where no search finds the record. */
  readonly content: string | null
  readonly createdAt: number
  readonly place: number
  readonly actorId: string | null
  readonly origin: TextEntry['origin']
}

/** A page of the log with vectors. */
export function changes(session: Session, request: LogRequest): Promise<LogPage> {
  return readPage<VectorRow, IndexEntry>(session, { name: 'changes', build: changesQuery }, request, entryOf)
}

/** A page of the log with texts. */
export function textChanges(session: Session, request: LogRequest): Promise<TextPage> {
  return readPage<TextRow, TextEntry>(session, { name: 'text changes', build: textsQuery }, request, textOf)
}

function entryOf({ id, vector }: VectorRow, scope: Scope): IndexEntry | undefined {
  return vector === null || vector.length === 0 ? undefined : { id, scope, vector: unpackVector(vector) }
}

function textOf({ id, content, ...rest }: TextRow, scope: Scope): TextEntry | undefined {
  const { createdAt, place, actorId, origin } = rest
  return content === null ? undefined : { id, scope, content, createdAt, place, actorId, origin }
}

/**
 * One statement reads both tables: two would see two states, and could miss a change between them. The rows are merged
 * here, since a database would sort them with their vectors.
 */
async function readPage<Row extends LogRow, Entry>(
  session: Session,
  statement: { readonly name: string; readonly build: (session: Session) => Compilable<Row> },
  { after, limit }: LogRequest,
  entryOf: (row: Row, scope: Scope) => Entry | undefined,
): Promise<{ upserts: Entry[]; deletes: string[]; cursor: number; done: boolean }> {
  const parameters = [after, limit + 1, after, limit + 1]
  const { rows } = await session.statements.run(
    session,
    statement.name,
    () => statement.build(session),
    parameters,
  )
  const page = rows.toSorted((a, b) => a.seq - b.seq).slice(0, limit)
  const latest = new Map<string, Row>()
  for (const row of page) {
    latest.delete(row.id)
    latest.set(row.id, row)
  }
  const upserts: Entry[] = []
  const deletes: string[] = []
  for (const row of latest.values()) {
    const { orgId } = row
    const entry = orgId === null ? undefined : entryOf(row, scopeOf({ ...row, orgId }))
    if (entry) upserts.push(entry)
    else deletes.push(row.id)
  }
  return { upserts, deletes, cursor: page.at(-1)?.seq ?? after, done: rows.length <= limit }
}

function changesQuery(session: Session): Compilable<VectorRow> {
  // A bare null has no type, and strict databases want the same type on both sides of a union.
  const none = session.db.selectFrom('memories').select('vector').where('seq', '=', sql.lit(0))
  return logQuery<VectorRow>(session, [whereSearched('vector')], [sql`(${none})`.as('vector')])
}

function textsQuery(session: Session): Compilable<TextRow> {
  const live = [
    whereSearched('content'),
    sql.ref('created_at').as('createdAt'),
    sql.ref('place').as('place'),
    sql.ref('actor_id').as('actorId'),
    sql.ref('origin').as('origin'),
  ]
  const [none, zero] = [sql`null`, sql.lit(0)]
  const gone = [
    none.as('content'),
    zero.as('createdAt'),
    zero.as('place'),
    none.as('actorId'),
    none.as('origin'),
  ]
  return logQuery<TextRow>(session, live, gone)
}

/** The column where searches find the record, else null. */
function whereSearched(column: string): AliasedRawBuilder<unknown, string> {
  return sql`case when ${isSearched} then ${sql.ref(column)} end`.as(column)
}

/** The rows after a position of live records and of tombstones; both lists name what the rows have beside `LogRow`. */
function logQuery<Row extends LogRow>(
  { db }: Session,
  ofLive: readonly AliasedRawBuilder<unknown, string>[],
  ofGone: readonly AliasedRawBuilder<unknown, string>[],
): Compilable<Row> {
  const live = db
    .selectFrom('memories')
    .select(['seq', 'id', 'org_id as orgId', 'user_id as userId', 'agent_id as agentId', 'run_id as runId'])
    .select(ofLive)
    .where('seq', '>', 0)
    .orderBy('seq')
    .limit(1)
  const none = sql`null`
  const gone = db
    .selectFrom('tombstones')
    .select(['seq', 'id', none.as('orgId'), none.as('userId'), none.as('agentId'), none.as('runId')])
    .select(ofGone)
    .where('seq', '>', 0)
    .orderBy('seq')
    .limit(1)
  const rows = sql<Row>`select * from ${live} as ${sql.ref('live')} union all select * from ${gone} as ${sql.ref('gone')}`
  return { compile: () => rows.compile(db) }
}
