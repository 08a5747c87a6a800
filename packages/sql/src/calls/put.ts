import { MemoryError, sameScope } from '@agentmem/core/adapter'
import type {
  LogSpan,
  PutOptions,
  PutReceipt,
  StoredRecord,
  VectorWriteOptions,
} from '@agentmem/core/adapter'
import { sql } from 'kysely'
import type { LogState, NewRows } from '../database/flavor.ts'
import { partsOf } from '../database/list-parts.ts'
import type { WriteSession } from '../database/session.ts'
import { memoryValues } from '../database/record-rows.ts'
import { historyColumns, memoryColumns, scopeSelection } from '../database/tables.ts'
import { plainKey, takeLogFor } from '../log/log.ts'
import { PositionsTaken } from '../database/positions-taken.ts'
import { findPlainHolders } from './dedupe.ts'
import { findOwnRows } from './own-rows.ts'
import { addPast, positionsOf } from './past.ts'
import { replaceTaken, takenElsewhere } from './replace.ts'
import { noteSources } from './sources.ts'

/** Keeps the statements of a very large batch short. */
const historyRowsPerStatement = 1000
const nothing: ReadonlyMap<string, number> = new Map()

/**
 * The rows for `Flavor.putNew`. Undefined for a batch of which some have a dedupe key and some have none: such records may
 * have to yield to one another. Undefined too where some were made of others, which is to be noted.
 */
export function newRows(
  records: readonly StoredRecord[],
  { actor, embedder }: VectorWriteOptions,
): NewRows | undefined {
  const keyed = records[0]?.dedupeKey !== null
  if (records.some(({ dedupeKey, derivation }) => (dedupeKey !== null) !== keyed || derivation !== null))
    return undefined
  const values = records.map(record => memoryValues(record, 0))
  return { table: 'memories', columns: memoryColumns, values, keyed, actor, embedder, plainKey }
}

/**
 * Adds records with their history. It inserts all of them as if they were new. Only when the database has added fewer
 * rows than were sent does it ask which, and why. `lostAfter` is given when the reply to an attempt of this very call was lost:
 * a position that the log had before it. What that attempt wrote is this call's own, and no duplicate. `log`: its state, where
 * the transaction has taken it already.
 */
export async function put(
  session: WriteSession,
  records: readonly StoredRecord[],
  { actor, embedder, onTaken, history }: PutOptions,
  lostAfter?: number,
  log?: LogState,
): Promise<PutReceipt> {
  const { head, hasPlain } = log ?? (await takeLogFor(session, { embedder }))
  const holders = new Map<string, string>()
  let [position, added, plainBefore] = [head, 0, hasPlain]
  for (const run of runsOf(records)) {
    const isPlain = run[0]?.dedupeKey === null
    if (!isPlain && plainBefore) await findPlainHolders(session, run, holders)
    plainBefore ||= isPlain
    const fresh = holders.size === 0 ? run : run.filter(({ id }) => !holders.has(id))
    const values = fresh.map(record => {
      position += positionsOf(record, history)
      return memoryValues(record, position)
    })
    added += await session.flavor.insert(session.db, { table: 'memories', columns: memoryColumns, values })
  }
  const isAll = added === records.length
  const found = isAll ? { leftOut: [], upTo: position } : await findLeftOut(session, records, head)
  if (added > 0 && history) await addPast(session, records, head, { actor, history })
  else if (added > 0) await addHistory(session, { after: head, upTo: position }, actor)
  if (plainBefore && !hasPlain) await notePlain(session)
  const derived = records.filter(record => record.derivation !== null && !found.leftOut.includes(record))
  await noteSources(
    session,
    derived.map(after => ({ after })),
  )
  if (isAll) return { duplicates: new Map(), span: { after: head, upTo: position } }
  const { leftOut, upTo } = found
  const own = lostAfter === undefined ? nothing : await findOwnRows(session, leftOut, lostAfter, { onTaken })
  const others = own.size === 0 ? leftOut : leftOut.filter(({ id }) => !own.has(id))
  if (onTaken === 'replace') {
    const { written, ...receipt } = await replaceTaken(session, others, holders, position, { actor })
    const replaced = new Map([...receipt.replaced, ...[...own].filter(([, version]) => version > 1)])
    return { ...receipt, replaced, span: { after: head, upTo: written > 0 ? position + written : upTo } }
  }
  return { duplicates: await findDuplicates(session, others, holders), span: { after: head, upTo } }
}

/**
 * The records, cut where those with a dedupe key and those without meet: a record with a key yields to what came before
 * it, in its own batch too. Most batches are of one kind, and so one run.
 */
function runsOf(records: readonly StoredRecord[]): StoredRecord[][] {
  const runs: StoredRecord[][] = []
  let kind: boolean | undefined
  for (const record of records) {
    const isPlain = record.dedupeKey === null
    if (isPlain === kind) runs.at(-1)?.push(record)
    else runs.push([record])
    kind = isPlain
  }
  return runs
}

/** Adds the history of the new records. It is copied in the database, so that contents are sent once. */
async function addHistory(
  session: WriteSession,
  { after, upTo }: LogSpan,
  actor: string | undefined,
): Promise<void> {
  const { db, statements } = session
  for (let start = after; start < upTo; start += historyRowsPerStatement) {
    await statements.run(
      session,
      'history of added',
      () =>
        db
          .insertInto('history')
          .columns(historyColumns)
          .expression(
            db
              .selectFrom('memories')
              .select(['id', 'seq', 'org_id', 'user_id', 'agent_id', 'run_id'])
              .select([sql<null>`null`.as('previous'), 'content', sql<string>`'ADD'`.as('event')])
              .select(eb => eb.fn.coalesce(eb.val(actor ?? null), 'actor_id').as('actor'))
              .select(['role', 'created_at', sql<null>`null`.as('successor')])
              .where('seq', '>', start)
              .where('seq', '<=', start + historyRowsPerStatement),
          ),
      [actor ?? null, start, start + historyRowsPerStatement],
    )
  }
}

/** Notes the first record without a dedupe key: from then on a put with keys looks for older records without. */
async function notePlain(session: WriteSession): Promise<void> {
  await session.db.insertInto('meta').values({ key: plainKey, value: '1' }).execute()
}

/**
 * Finds which records were left out, and the position of the last that was written. Throws `PositionsTaken` when a row behind
 * the end of the log is of another call: the span that is told must be of this one's rows alone.
 */
async function findLeftOut(
  { db }: WriteSession,
  records: readonly StoredRecord[],
  head: number,
): Promise<{ leftOut: StoredRecord[]; upTo: number }> {
  const written = await db.selectFrom('memories').select(['seq', 'id']).where('seq', '>', head).execute()
  const writtenIds = new Set(written.map(({ id }) => id))
  const ids = new Set(records.map(({ id }) => id))
  if (written.some(({ id }) => !ids.has(id))) throw new PositionsTaken()
  return {
    leftOut: records.filter(({ id }) => !writtenIds.has(id)),
    upTo: written.reduce((upTo, { seq }) => Math.max(upTo, seq), head),
  }
}

/**
 * Finds the stored record that holds the place of each record that was left out. Throws `CONFLICT`, which undoes the
 * transaction, for an id that a record of another scope has.
 */
async function findDuplicates(
  session: WriteSession,
  leftOut: readonly StoredRecord[],
  holders: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const duplicates = new Map<string, string>()
  for (const part of partsOf(leftOut, session.flavor)) await findPart(session, part, holders, duplicates)
  return duplicates
}

async function findPart(
  { db, flavor }: WriteSession,
  leftOut: readonly StoredRecord[],
  holders: ReadonlyMap<string, string>,
  duplicates: Map<string, string>,
): Promise<void> {
  const ids = leftOut.map(({ id }) => id)
  const dedupeKeys = leftOut.map(({ dedupeKey }) => dedupeKey).filter(key => key !== null)
  const taken = await db
    .selectFrom('memories')
    .select(['id', ...scopeSelection])
    .select('dedupe_key as dedupeKey')
    .where(eb => eb.or([flavor.isOneOf(eb.ref('id'), ids), flavor.isOneOf(eb.ref('dedupe_key'), dedupeKeys)]))
    .execute()
  const byId = new Map(taken.map(row => [row.id, row]))
  const idOfDedupeKey = new Map(taken.map(row => [row.dedupeKey, row.id]))
  for (const record of leftOut) {
    const { id, dedupeKey } = record
    const owner = byId.get(id)
    if (owner && !sameScope(owner, record)) throw takenElsewhere(id)
    const holder = owner ? id : (idOfDedupeKey.get(dedupeKey) ?? holders.get(id))
    if (holder === undefined) {
      throw new MemoryError('BACKEND', `The record '${id}' was left out, and nothing holds its place.`)
    }
    duplicates.set(id, holder)
  }
}
