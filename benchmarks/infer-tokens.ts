/**
 * What it takes to make facts of conversations: calls of a model and the tokens that it reads, with the windows, prompts and
 * schemas of @agentmem/infer, counted by o200k. No model is asked: a stand-in repeats a sentence of every second message as a
 * fact, so the figures say what is sent, and nothing of how well a model extracts.
 *
 *   node benchmarks/infer-tokens.ts --memories FILE [--every 2]
 */
import { parseArgs } from 'node:util'
import { ExactIndex, HashEmbedder, MapStore, Memory } from '@agentmem/core'
import { estimateTokens } from '@agentmem/core/adapter'
import { openModelExtractor } from '@agentmem/infer'

import { countO200k as o200k } from './inference/count-o200k.ts'
import { CountingModel } from './inference/counting-model.ts'
import { readLines } from './retrieval/evidence.ts'
import type { Turn } from './retrieval/evidence.ts'
import { formatTable } from './terminal/format-table.ts'

const { values } = parseArgs({
  options: { memories: { type: 'string' }, every: { type: 'string', default: '2' } },
})
if (values.memories === undefined) {
  console.error('--memories FILE names the turns: NDJSON, one object with content and userId a line.')
  process.exit(2)
}
const turns = readLines<Turn>(values.memories)
const text = turns.reduce((sum, { content }) => sum + o200k(content), 0)
const users = new Set(turns.map(({ userId }) => userId)).size
console.log(`${turns.length} messages of ${users} users, ${text.toLocaleString('en-US')} tokens by o200k\n`)

const rows: string[][] = []
for (const [name, countTokens] of [
  ['estimateTokens (default)', estimateTokens],
  ['o200k', o200k],
] as const) {
  const model = new CountingModel({ countTokens, measure: o200k, every: Number(values.every) })
  const memory = await openMemory(model)
  await memory.addBatch(
    turns.map(({ content, userId, runId, createdAt }) => ({
      content,
      userId,
      role: 'user',
      ...(runId !== undefined && { runId }),
      ...(createdAt !== undefined && { createdAt }),
    })),
    { infer: true, wait: 'stored' },
  )
  const { messages, failed, results } = await memory.process()
  await memory.close()
  if (failed.length > 0) throw new Error(`${failed.length} messages failed: ${failed[0]?.error.message}`)
  const [facts, decisions] = [model.task('facts'), model.task('decisions')]
  const { requests, input } = model.counters
  rows.push(
    [
      name,
      messages.length,
      results.length,
      facts.calls,
      decisions.calls,
      requests,
      facts.input,
      decisions.input,
      input,
    ].map(cell => (typeof cell === 'number' ? cell.toLocaleString('en-US') : cell)),
  )
}
console.log(
  formatTable(
    [
      'windows counted by',
      'messages',
      'facts',
      'extract calls',
      'decide calls',
      'calls',
      'extract input',
      'decide input',
      'input tokens',
    ],
    rows,
  ),
)

function openMemory(model: CountingModel): Promise<Memory> {
  const embedder = new HashEmbedder()
  return Memory.open({
    store: new MapStore(),
    index: new ExactIndex(embedder.dimensions),
    embedder,
    extractor: openModelExtractor({ model }),
  })
}
