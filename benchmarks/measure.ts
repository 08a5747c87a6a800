// What the CPU does without any database. The only file that uses mitata, which averages calls that are faster than
// its clock: right for these, wrong for calls that wait for a disk or a server.

import { storedRecords } from '@agentmem/conformance'
import { ExactIndex, HashEmbedder } from '@agentmem/core'
import { parseWhere } from '@agentmem/core/adapter'
import { compileWhere } from '@agentmem/sql'
import type { Tables } from '@agentmem/sql'
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { Transaction } from 'kysely'
import { bench, do_not_optimize, run } from 'mitata'

import { toItem } from '../packages/core/src/parts/visibility.ts'
import { hashText } from '../packages/core/src/reference/hash-text.ts'
import { compareMatches } from '../packages/core/src/vectors/top-k.ts'
import { sqliteFlavor } from '../packages/sqlite/src/flavor/sqlite-flavor.ts'
import { sampleTexts } from './scenarios/sample-texts.ts'

const scope = { orgId: 'default', userId: 'user' }
const texts = sampleTexts(0, 1_000)
const embedder = new HashEmbedder()
const vectors = await embedder.embed(sampleTexts(0, 10_000))
const entries = vectors.map((vector, i) => ({ id: String(i), scope, vector }))
const index = new ExactIndex(embedder.dimensions)
await index.apply({ upserts: entries, deletes: [], cursor: 1 })
const query = { vector: vectors[5_000] as Float32Array, k: 10, scope }
const records = storedRecords(1_000)
const matches = Array.from({ length: 20 }, (_, i) => ({ id: String(i), score: Math.sin(i) }))
const where = { and: [{ 'metadata.kind': { eq: 'note' } }, { importance: { gte: 0.5 } }] }
const node = parseWhere(where)

/** A Kysely that compiles statements and sends them nowhere. */
const db = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: db => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})
const supports = { durable: true, multiProcess: true, concurrentWrites: 1 }
const flavor = sqliteFlavor('sqlite', supports)
const rows = {
  table: 'history',
  columns: ['id', 'memory_id', 'new_value', 'event', 'created_at'],
  values: records.map(({ id, content, createdAt }) => [null, id, content, 'ADD', createdAt]),
} as const

bench('hash 1,000 texts', () => {
  for (const text of texts) do_not_optimize(hashText(text, 1))
})
bench('embed 1,000 texts by HashEmbedder', async () => do_not_optimize(await embedder.embed(texts)))
bench('cut 1,000 rows into statements', async () =>
  do_not_optimize(await flavor.insert(db as Transaction<Tables>, rows)))
bench('map 1,000 records to items', () => {
  for (const record of records) do_not_optimize(toItem(record))
})
bench('merge and sort 20 matches', () => do_not_optimize([...matches].sort(compareMatches).slice(0, 10)))
bench('scan 10,000 vectors exactly', async () => do_not_optimize(await index.search([query])))
bench('parse a filter', () => do_not_optimize(parseWhere(where)))
bench('compile a filter into SQL', () =>
  do_not_optimize(db.selectFrom('memories').select('id').where(compileWhere(node, flavor)).compile()))
// Without it an error is printed and the process ends as if all were well.
await run({ throw: true })
