import {
  embedderKey,
  notStaging,
  packVector,
  stagedKey,
  throwIfAborted,
  unpackVector,
} from '@agentmem/core/adapter'
import type { Adopted, AdoptOptions, StagedVector, StagingState, UnstagedPage } from '@agentmem/core/adapter'
import { sql } from 'kysely'
import type { Expression, SqlBool } from 'kysely'
import { rowsInParts } from '../database/list-parts.ts'
import type { Session, WriteSession } from '../database/session.ts'
import { noVector } from '../database/record-rows.ts'
import { readLog, takeLog } from '../log/log.ts'
import { readMeta, setMeta } from '../log/meta.ts'

/** A statement with vectors of 3,072 numbers is then little more than a megabyte. */
const vectorsPerStatement = 100
/** Keeps the statements on a large Store short. */
const rowsPerStatement = 1000

export async function startStaging(session: WriteSession, embedder: string): Promise<StagingState> {
  const { db } = session
  await takeLog(session)
  const [staged] = await readMeta(session, [stagedKey])
  if (staged !== embedder) {
    await db.deleteFrom('staged').execute()
    await setMeta(session, new Map([[stagedKey, embedder]]))
  }
  const count = db
    .selectFrom('memories')
    .select(eb => eb.fn.countAll<number>().as('memories'))
    .where('indexed', '=', 1)
  const [all, lacking] = [await count.execute(), await count.where(isUnstaged()).execute()]
  return { memories: toNumber(all[0]?.memories ?? 0), unstaged: toNumber(lacking[0]?.memories ?? 0) }
}

export async function unstaged(
  session: Session,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<UnstagedPage> {
  // Read before the page: what is written in between is on the next page.
  const { head } = await readLog(session)
  const rows = await session.db
    .selectFrom('memories')
    .select(['seq', 'hash', 'content'])
    .where('seq', '>', after)
    .where(isUnstaged())
    .orderBy('seq')
    .limit(limit)
    .execute()
  const texts = rows.map(({ hash, content }) => ({ hash, content }))
  const last = toNumber(rows.at(-1)?.seq ?? after)
  if (rows.length === limit) return { texts, cursor: last, done: false }
  return { texts, cursor: Math.max(head, last), done: true }
}

export async function stagedVectors(
  session: Session,
  embedder: string,
  hashes: readonly string[],
): Promise<(Float32Array | undefined)[]> {
  const { db, flavor } = session
  await requireStaging(session, embedder)
  const rows = await rowsInParts(hashes, flavor, part =>
    db
      .selectFrom('staged')
      .selectAll()
      .where(eb => flavor.isOneOf(eb.ref('hash'), part))
      .execute(),
  )
  const byHash = new Map(rows.map(({ hash, vector }) => [hash, vector]))
  return hashes.map(hash => {
    const vector = byHash.get(hash)
    return vector && unpackVector(vector)
  })
}

export async function stage(
  session: WriteSession,
  embedder: string,
  vectors: readonly StagedVector[],
): Promise<void> {
  await takeLog(session)
  await requireStaging(session, embedder)
  await insertStaged(session, vectors)
}

export async function adoptStaged(
  session: WriteSession,
  embedder: string,
  { limit = 0, complete, signal }: AdoptOptions,
): Promise<Adopted | undefined> {
  const { db } = session
  const { head } = await takeLog(session)
  await requireStaging(session, embedder)
  const rest = await db
    .selectFrom('memories')
    .select(['hash', 'content'])
    .where(isUnstaged())
    .limit(limit + 1)
    .execute()
  if (rest.length > limit) return undefined
  if (rest.length > 0 && complete) {
    const vectors = await complete(rest.map(({ content }) => content))
    await insertStaged(
      session,
      rest.map(({ hash }, i) => ({ hash, vector: vectors[i] as Float32Array })),
    )
  }
  const { first, last, indexed } = await ends(session)
  // Past the head, and past all old positions: rows cannot collide, in whatever order a database moves them.
  const distance = last === 0 ? 0 : head + 1 - first
  if (last > 0) await moveAll(session, { first, last, distance, signal })
  await db.deleteFrom('staged').execute()
  await setMeta(
    session,
    new Map([
      [embedderKey, embedder],
      [stagedKey, null],
    ]),
  )
  return { memories: indexed, span: { after: head, upTo: last === 0 ? head : last + distance }, distance }
}

/** Gives every indexed record its staged vector, every other one none, and each a later position. */
async function moveAll(
  { db }: WriteSession,
  move: { first: number; last: number; distance: number; signal: AbortSignal | undefined },
): Promise<void> {
  const isIndexed = sql<SqlBool>`${sql.ref('indexed')} = 1`
  for (let after = move.first - 1; after < move.last;) {
    throwIfAborted(move.signal)
    const next = await db
      .selectFrom('memories')
      .select('seq')
      .where('seq', '>', after)
      .where('seq', '<=', move.last)
      .orderBy('seq')
      .limit(1)
      .offset(rowsPerStatement - 1)
      .executeTakeFirst()
    const upTo = toNumber(next?.seq ?? move.last)
    await db
      .updateTable('memories')
      .set({
        seq: sql`${sql.ref('seq')} + ${move.distance}`,
        vector: eb =>
          eb
            .case()
            .when(isIndexed)
            .then(
              eb.selectFrom('staged').select('staged.vector').whereRef('staged.hash', '=', 'memories.hash'),
            )
            .else(noVector)
            .end(),
        reuse_key: eb => eb.case().when(isIndexed).then(eb.ref('reuse_key')).end(),
      })
      .where('seq', '>', after)
      .where('seq', '<=', upTo)
      .execute()
    after = upTo
  }
}

/** The lowest and the highest position of a live record, and how many are indexed; 0 where there is none. */
async function ends({ db }: WriteSession): Promise<{ first: number; last: number; indexed: number }> {
  const row = await db
    .selectFrom('memories')
    .select(eb => [eb.fn.min('seq').as('first'), eb.fn.max('seq').as('last')])
    .select(eb => eb.fn.sum('indexed').as('indexed'))
    .executeTakeFirst()
  const { first, last, indexed } = row ?? { first: 0, last: 0, indexed: 0 }
  return { first: toNumber(first ?? 0), last: toNumber(last ?? 0), indexed: toNumber(indexed ?? 0) }
}

async function requireStaging(session: Session, embedder: string): Promise<void> {
  const [staged] = await readMeta(session, [stagedKey])
  if (staged !== embedder) throw notStaging(embedder, staged)
}

async function insertStaged({ db, flavor }: WriteSession, vectors: readonly StagedVector[]): Promise<void> {
  const byHash = [...new Map(vectors.map(({ hash, vector }) => [hash, vector]))]
  for (let start = 0; start < byHash.length; start += vectorsPerStatement) {
    const chunk = byHash.slice(start, start + vectorsPerStatement)
    const hashes = chunk.map(([hash]) => hash)
    await db
      .deleteFrom('staged')
      .where(eb => flavor.isOneOf(eb.ref('hash'), hashes))
      .execute()
    const rows = chunk.map(([hash, vector]) => ({ hash, vector: packVector(vector) }))
    await db.insertInto('staged').values(rows).execute()
  }
}

/** True for an indexed memory whose text has no staged vector. */
function isUnstaged(): Expression<SqlBool> {
  const [staged, hash] = [sql.table('staged'), sql.ref('memories.hash')]
  return sql<SqlBool>`(${sql.ref('memories.indexed')} = 1
    and not exists (select 1 from ${staged} where ${sql.ref('staged.hash')} = ${hash}))`
}

/** A Kysely of others may give whole numbers of 64 bits as text. */
function toNumber(value: number | string | bigint): number {
  return Number(value)
}
