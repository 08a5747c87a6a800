import { inScope, notPending, scopeKey } from '@agentmem/core/adapter'
import type {
  Key,
  PendingPage,
  PendingQuery,
  PendingRow,
  Postponed,
  StoreChange,
} from '@agentmem/core/adapter'
import { sql } from 'kysely'
import type { SqlBool } from 'kysely'
import { groupedBy } from '../database/grouped-by.ts'
import { partsOf, rowsInParts } from '../database/list-parts.ts'
import { scopeCondition } from '../database/scope-condition.ts'
import type { Session, WriteSession } from '../database/session.ts'
import { recordOf } from '../database/record-rows.ts'
import { pendingColumns, recordSelection, scopeSelection } from '../database/tables.ts'
import type { RecordRow } from '../database/record-rows.ts'

interface InboxRow extends RecordRow {
  readonly pendingSeq: number
  readonly at: number
  readonly tokens: number
  readonly attempts: number
  readonly notBefore: number
  readonly parked: number
  readonly reason: string | null
  readonly answer: string | null
}

/** A page of the inbox. A scope and an order go with the inner query, since both tables have their columns. */
export async function readInbox(
  { db }: Session,
  { scope, after = 0, limit, state = 'waiting', now }: PendingQuery,
): Promise<PendingPage> {
  const waiting = db
    .selectFrom('pending')
    .select(['seq as pendingSeq', 'memory_id as memoryId', 'at', 'tokens', 'attempts'])
    .select(['not_before as notBefore', 'parked', 'reason', 'answer'])
    .where(scopeCondition(scope))
    .where('seq', '>', after)
    .where('parked', '=', state === 'parked' ? 1 : 0)
    .$if(state === 'waiting', rows => rows.where('not_before', '<=', now))
    .orderBy('seq')
    .limit(limit + 1)
  const found = (await db
    .selectFrom(waiting.as('waiting'))
    .innerJoin('memories', 'memories.id', 'waiting.memoryId')
    .select(['pendingSeq', 'at', 'tokens', 'attempts', 'notBefore', 'parked', 'reason', 'answer'])
    .select(recordSelection)
    .orderBy('pendingSeq')
    .execute()) as unknown as InboxRow[]
  const rows = found.slice(0, limit)
  return {
    messages: rows.filter(({ deletedAt }) => deletedAt === null).map(messageOf),
    cursor: rows.at(-1)?.pendingSeq ?? after,
    done: found.length <= limit,
  }
}

function messageOf(row: InboxRow): PendingPage['messages'][number] {
  const { pendingSeq: seq, at, tokens, attempts, notBefore, parked, reason, answer, ...rest } = row
  const record = recordOf(rest)
  const { orgId, id, userId, agentId, runId } = record
  const scope = { userId: userId ?? undefined, agentId: agentId ?? undefined, runId: runId ?? undefined }
  const key = { orgId, ...scope, id }
  return { key, seq, at, tokens, attempts, notBefore, parked: parked !== 0, reason, answer, record }
}

/** Adds rows behind the position `after`, of which this transaction has taken as many as there are rows. */
export async function addToInbox(
  { db, flavor }: WriteSession,
  rows: readonly PendingRow[],
  after: number,
): Promise<void> {
  if (rows.length === 0) return
  const values = rows.map(({ key, at, tokens, notBefore }, i) => {
    const { id, orgId, userId = null, agentId = null, runId = null } = key
    return [after + 1 + i, id, orgId, userId, agentId, runId, at, tokens, 0, notBefore, 0, null, null]
  })
  await flavor.insert(db, { table: 'pending', columns: pendingColumns, values })
}

/** Takes out the rows that are done, and changes those that stay. Throws `CONFLICT` for one that is done and not there. */
export async function finishInInbox(
  session: WriteSession,
  { done = [], postponed = [] }: StoreChange,
): Promise<void> {
  const keys = [...done, ...postponed.map(({ key }) => key)]
  if (keys.length === 0) return
  const { db, flavor } = session
  const ids = keys.map(({ id }) => id)
  const rows = await rowsInParts(ids, flavor, part =>
    db
      .selectFrom('pending')
      .select(['memory_id as id', ...scopeSelection])
      .where(eb => flavor.isOneOf(eb.ref('memory_id'), part))
      .execute(),
  )
  const byId = new Map(rows.map(row => [row.id, row]))
  const holds = (key: Key): boolean => {
    const row = byId.get(key.id)
    return row !== undefined && inScope(row, key)
  }
  const stray = done.find(key => !holds(key))
  if (stray) throw notPending(stray.id)
  for (const part of partsOf(done, flavor)) {
    const doneIds = part.map(({ id }) => id)
    await db
      .deleteFrom('pending')
      .where(eb => flavor.isOneOf(eb.ref('memory_id'), doneIds))
      .execute()
  }
  await postpone(
    session,
    postponed.filter(({ key }) => holds(key)),
  )
}

/** One statement for the rows that become alike. */
async function postpone({ db, flavor }: WriteSession, rows: readonly Postponed[]): Promise<void> {
  const groups = groupedBy(rows, ({ key: _key, ...state }) => JSON.stringify(state))
  for (const group of groups.values()) {
    const [first] = group
    if (!first) continue
    const { attempts, notBefore, parked, reason, answer } = first
    const state = { attempts, not_before: notBefore, parked: parked ? 1 : 0, reason }
    const ids = group.map(({ key }) => key.id)
    for (const part of partsOf(ids, flavor)) {
      await db
        .updateTable('pending')
        .set(answer === undefined ? state : { ...state, answer })
        .where(eb => flavor.isOneOf(eb.ref('memory_id'), part))
        .execute()
    }
  }
}

/** Scopes in one statement at most. */
const scopesPerStatement = 25

/** Counts a use of each record: one statement for the keys of 25 scopes. */
export async function touch(session: WriteSession, keys: readonly Key[], at: number): Promise<void> {
  for (const part of partsOf(keys, session.flavor)) await touchPart(session, part, at)
}

async function touchPart({ db, flavor }: WriteSession, keys: readonly Key[], at: number): Promise<void> {
  const named = Array.from(groupedBy(keys, scopeKey).values(), ([first, ...others]) => {
    const { id, ...scope } = first as Key
    const ids = [id, ...others.map(key => key.id)]
    return sql<SqlBool>`(${scopeCondition(scope)} and ${flavor.isOneOf(sql.ref<string>('id'), ids)})`
  })
  for (let start = 0; start < named.length; start += scopesPerStatement) {
    const some = named.slice(start, start + scopesPerStatement)
    await db
      .updateTable('memories')
      .set(eb => ({ access_count: eb('access_count', '+', 1), last_accessed_at: at }))
      .where(sql<SqlBool>`(${sql.join(some, sql` or `)})`)
      .execute()
  }
}
