// What the CPU does without any database. The only file that uses mitata, which averages calls that are faster than
// its clock: right for these, wrong for calls that wait for a disk or a server.

import { ExactIndex, HashEmbedder, parseWhere } from '@agentmem/core'
import { storedRecords } from '@agentmem/conformance'
import { bench, do_not_optimize, run, summary } from 'mitata'

import { hashText } from '../packages/core/src/hash-text.ts'
import { toItem } from '../packages/core/src/memory-parts.ts'
import { compareMatches } from '../packages/core/src/top-k.ts'
import { sampleTexts } from './sample-texts.ts'

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

summary(() => {
  bench('hash 1,000 texts', () => {
    for (const text of texts) do_not_optimize(hashText(text, 1))
  })
  bench('embed 1,000 texts by HashEmbedder', async () => do_not_optimize(await embedder.embed(texts)))
  bench('chunk 1,000 records by 50', () => {
    for (let i = 0; i < records.length; i += 50) do_not_optimize(records.slice(i, i + 50))
  })
  bench('map 1,000 records to items', () => {
    for (const record of records) do_not_optimize(toItem(record))
  })
  bench('merge and sort 20 matches', () => do_not_optimize([...matches].sort(compareMatches).slice(0, 10)))
  bench('scan 10,000 vectors exactly', async () => do_not_optimize(await index.search([query])))
  bench('parse a filter', () => do_not_optimize(parseWhere(where)))
})
await run()
