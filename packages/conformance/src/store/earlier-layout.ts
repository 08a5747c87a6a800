import { deepEqual, equal } from 'node:assert/strict'
import { Memory } from '@agentmem/core'
import { packVector, scopeOf } from '@agentmem/core/adapter'
import type { Scope, Store } from '@agentmem/core/adapter'
import { idsOf, readAll, readLog } from '../data/read-store.ts'
import { readTexts, textOf } from '../data/read-texts.ts'
import { keyOf, orgId, storedRecord, storedRecords, withoutVector } from '../data/records.ts'
import type { SampleRecord } from '../data/records.ts'
import { assertSameBits } from '../data/vectors.ts'

/** How a database writes the first layout of an SQL Store's tables. */
export interface LayoutDialect {
  readonly types: Readonly<Record<'key' | 'text' | 'integer' | 'real' | 'bytes', string>>
  /** Around a name. */
  readonly quote: '"' | '`'
  readonly partialIndexes: boolean
  /** The end of `create table` for `history` and `meta`. Default: nothing. */
  readonly clustered?: string
  /** A literal of bytes. */
  readonly bytes: (hex: string) => string
  /** Before the name of each table and index, the schema included where there is one. Default ''. */
  readonly prefix?: string
}

const [count, deleted] = [8, storedRecord(100)]
/** The last two are a message and what was made of it. */
const [source, told] = [6, 7]

/** Of one time and of ids that go with the order in which they were written: the order of the first layout. */
function recordsOf(version: EarlierLayout): SampleRecord[] {
  return storedRecords(count, n => ({
    createdAt: storedRecord(n >> 1).createdAt,
    ...[{}, { runId: 'run-1' }, { agentId: 'helper' }][n % 3],
    ...(n === told && version > 2 && { derivation: { ...derivation, sources: [storedRecord(source).id] } }),
  }))
}

const unlessNull = 'is not null'
/** What the second layout has beside the first, under the names that databases have in common. */
const placed = 'place INTEGER default 0 not null, indexed smallint default 1 not null, '

/** And the third beside the second: in `memories`, and the table of the inbox. */
const inForce =
  "valid_from integer, valid_to integer, superseded_by key, origin key default 'caller' not null, derivation text, deleted_at integer, "
const waiting =
  'memory_id key not null unique, org_id key not null, user_id key, agent_id key, run_id key, at integer not null, ' +
  'tokens integer not null, attempts integer not null, not_before integer not null, parked smallint not null, ' +
  'reason text, answer text'

/** The table that the fifth has beside the fourth. */
const sources = 'memory_id key not null, source_id key not null, org_id key not null'

/** The layouts from which a Store must be brought to the newest. */
export const earlierLayouts = [1, 2, 3, 4, 5] as const
export type EarlierLayout = (typeof earlierLayouts)[number]

/**
 * The statements that make the tables as an earlier release made them, with some memories. Opening the Store then
 * migrates them; `assertMigrated` says what must be there.
 */
export function earlierLayout(version: EarlierLayout, dialect: LayoutDialect): string[] {
  const { types, quote, partialIndexes, clustered = '', bytes, prefix = '' } = dialect
  const name = (text: string): string => `${quote}${text}${quote}`
  const list = (names: string): string => names.split(' ').map(name).join(', ')
  const column = (text: string): string => {
    const [column = '', type = '', ...rest] = text.split(' ')
    return `${name(column)} ${types[type as keyof typeof types] ?? type} ${rest.join(' ')}`
  }
  const table = (of: string, columns: string, end = '', key = ''): string =>
    `create table ${prefix}${of} (${columns.split(', ').map(column).join(', ')}${key}) ${end}`
  const index = (by: string, columns: string, kind = ''): string =>
    `create ${kind} index ${prefix.replace(/^.*\./, '')}memories_by_${by} on ${prefix}memories (${list(columns)}) ${
      partialIndexes ? `where ${name(by)} ${unlessNull}` : ''
    }`
  const owner = 'org_id key not null, user_id key, agent_id key, run_id key'
  const insert = (into: string, columns: string, values: readonly (string | number | null)[]): string =>
    `insert into ${prefix}${into} (${list(columns)}) values (${values.map(value => value ?? 'null').join(', ')})`
  const text = (value: string | null): string | null => (value === null ? null : `'${value}'`)
  const [bare, sourceKey] = [prefix.replace(/^.*\./, ''), 'memory_id, source_id, org_id']
  const sourceKeys =
    `, constraint ${bare}memory_sources_key primary key (${sourceKey})` +
    `, constraint ${bare}memory_sources_by_source unique (source_id, memory_id, org_id)`
  const successors = index('superseded_by', 'superseded_by')
  const toldOf = [storedRecord(told).id, storedRecord(source).id, orgId].map(text)
  return [
    table('meta', 'key key not null primary key, value text not null', clustered),
    table(
      'memories',
      `seq integer not null primary key, id key not null unique, ${owner}, content text not null, hash key not null, ` +
        'metadata text not null, type key not null, level key not null, importance real not null, ' +
        'access_count integer not null, last_accessed_at integer, created_at integer not null, ' +
        'updated_at integer not null, expires_at integer, version integer not null, created_by key, updated_by key, ' +
        `actor_id key, role key, ${version > 1 ? placed : ''}${version > 2 ? inForce : ''}dedupe_key key, reuse_key key, vector bytes not null`,
    ),
    table(
      'history',
      `memory_id key not null, seq integer not null, ${owner}, previous_value text, new_value text, ` +
        `event key not null, actor_id key, role key, created_at integer not null${version > 2 ? ', successor_id key' : ''}`,
      clustered,
      `, constraint ${prefix.replace(/^.*\./, '')}history_key primary key (memory_id, seq)`,
    ),
    table(
      'tombstones',
      `seq integer not null primary key, id key not null${version > 3 ? ', org_id key, user_id key, agent_id key, run_id key' : ''}`,
    ),
    table('staged', 'hash key not null primary key, vector bytes not null'),
    ...(version > 2 ? [table('pending', `seq integer not null primary key, ${waiting}`)] : []),
    ...(version > 4 ? [table('memory_sources', sources, clustered, sourceKeys), successors] : []),
    ...['user_id', 'agent_id', 'run_id'].map(part =>
      index(part, `org_id ${part} created_at${version > 1 ? ' place' : ''}`),
    ),
    index('reuse_key', 'reuse_key'),
    index('dedupe_key', 'dedupe_key', 'unique'),
    ...(version > 4 ? [insert('memory_sources', 'memory_id source_id org_id', toldOf)] : []),
    insert('meta', 'key value', ["'agentmem:schema'", `'${version}'`]),
    insert('meta', 'key value', ["'agentmem:plain'", "'1'"]),
    insert('tombstones', 'seq id', [count + 1, `'${deleted.id}'`]),
    ...recordsOf(version).map((record, n) =>
      insert('memories', Object.keys(valuesOf(record, n + 1, text)).join(' ') + ' vector', [
        ...Object.values(valuesOf(record, n + 1, text)),
        bytes(packVector(record.vector).toString('hex')),
      ]),
    ),
  ]
}

/** By column; text as a literal. */
function valuesOf(
  record: SampleRecord,
  seq: number,
  text: (value: string | null) => string | null,
): Record<string, string | number | null> {
  return {
    seq,
    id: text(record.id),
    org_id: text(record.orgId),
    user_id: text(record.userId),
    agent_id: text(record.agentId),
    run_id: text(record.runId),
    content: text(record.content),
    hash: text(record.hash),
    metadata: text(JSON.stringify(record.metadata)),
    type: text(record.type),
    level: text(record.level),
    importance: record.importance,
    access_count: record.accessCount,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
    version: record.version,
    ...(record.derivation && { derivation: text(JSON.stringify(record.derivation)) }),
  }
}

/** Fails unless a Store that was opened on the tables of an earlier layout has its memories, and takes new ones. */
export async function assertMigrated(store: Store, version: EarlierLayout): Promise<void> {
  const records = recordsOf(version)
  deepEqual(await store.get(records.map(keyOf)), records.map(withoutVector))
  const vectors = await store.vectors(records.map(keyOf))
  for (const [n, { id, vector }] of records.entries()) assertSameBits(vectors[n], vector, id)
  const { upserts, deletes } = await readLog(store)
  deepEqual([idsOf(upserts), deletes], [idsOf(records), [deleted.id]])
  const ids = records.map(({ id }) => id)
  const scopes = [{ orgId }, { orgId, userId: 'alice' }]
  for (const scope of scopes) {
    deepEqual(await readTexts(store, { scope, pageSize: 3 }), records.map(textOf))
    const newest = await readAll(store, { scope, pageSize: 3 })
    deepEqual(
      newest.map(({ id }) => id),
      ids.toReversed(),
    )
  }

  const added = [
    { ...storedRecord(200, { place: 1 }), vector: null },
    { ...storedRecord(199, { createdAt: storedRecord(200).createdAt, place: 2 }), indexed: false },
  ]
  await store.put(added)
  const [first] = records
  if (first) await store.patch([{ key: keyOf(first), set: { indexed: false }, updatedAt: 1 }])
  deepEqual(await store.get(added.map(keyOf)), added.map(withoutVector))
  await takesAllOfTheNewest(store)
  const texts = await readTexts(store, { scope: { orgId, userId: 'alice' } })
  deepEqual(
    texts.map(({ id }) => id),
    [...ids.slice(1), storedRecord(200).id],
  )
  await keepsPlainIds(store, records.slice(1, 3))
  if (version < 3) return
  await store.delete(records.slice(source, told).map(keyOf))
  deepEqual(await store.get(records.slice(source).map(keyOf)), [undefined, undefined])
}

function ownerOf(record: SampleRecord): Omit<Scope, 'orgId'> {
  const { orgId: _orgId, ...owner } = scopeOf(record)
  return Object.fromEntries(Object.entries(owner).filter(([, part]) => part !== undefined))
}

/** Fails unless an organization finds by the ids that it used what it had, and another may use the same. */
async function keepsPlainIds(store: Store, records: readonly SampleRecord[]): Promise<void> {
  const tenants = await Memory.openTenants({ store, closeParts: false })
  const [own, other] = [tenants.org(orgId), tenants.org('other')]
  for (const record of records) {
    const { id, content } = record
    equal((await own.get(id))?.memory, content)
    const input = { id, content: 'Another content.' }
    const added = await Promise.all([own, other].map(memory => memory.add(input, ownerOf(record))))
    deepEqual(
      added.map(({ results }) => results.map(({ event }) => event)),
      [['NONE'], ['ADD']],
    )
  }
  await other.reset()
  await tenants.close()
}

/** Fails unless the tables have what came with later layouts: what is superseded and hidden, and the inbox. */
async function takesAllOfTheNewest(store: Store): Promise<void> {
  const fact = storedRecord(300, { userId: 'bob', origin: 'model', validFrom: 1, validTo: 2, derivation })
  const next = storedRecord(301, { userId: 'bob' })
  const row = { key: keyOf(next), at: 1, tokens: 2, notBefore: 0 }
  await store.commit({ puts: [fact, next], pending: [row] })
  const set = { supersededBy: next.id, deletedAt: 9 }
  await store.patch([{ key: keyOf(fact), set, updatedAt: 9 }])
  const [kept] = await store.get([keyOf(fact)])
  deepEqual(kept, { ...withoutVector(fact), ...set, version: 2, updatedAt: 9 })
  const { messages } = await store.pending({ scope: { orgId }, limit: 10, now: 1 })
  deepEqual(idsOf(messages.map(({ record }) => record)), [next.id])
  await store.deleteAll({ orgId, userId: 'bob' })
  deepEqual((await store.pending({ scope: { orgId }, limit: 10, now: 1 })).messages, [])
}

const derivation = { batch: 'b', sources: ['memory-000000'], seen: 1, model: 'm' }
