import { estimateTokens } from '@agentmem/core/adapter'
import { openModelExtractor } from '@agentmem/infer'

import { CountingModel } from '../inference/counting-model.ts'
import type { CellRow } from '../measured/cell.ts'
import { rowOf, timeCalls } from './time-calls.ts'
import type { Scenario, Workbench } from './workbench.ts'

const users = 10

/** Messages in one call of `addBatch` with `infer`, and a stand-in for a model that answers at once, or after 500 ms. */
export const inference: Scenario = {
  about:
    'addBatch of messages of 10 users with infer, with the prompts of @agentmem/infer and a stand-in for a model that answers at once or after 500 ms, and repeats every second message as a fact. It says what is around a model, and nothing of what one would find.',
  extent: 'indexes',
  memories: [1_000],
  quickMemories: [100],
  mostRounds: () => 2,
  seconds: memories => 4 + memories / 500,
  run: async bench => {
    const rows: CellRow[] = []
    for (const takes of bench.quick ? [0] : [0, 500]) rows.push(await inferOnce(bench, takes))
    return rows
  },
}

async function inferOnce(bench: Workbench, takes: number): Promise<CellRow> {
  const model = new CountingModel({ countTokens: estimateTokens, takes })
  const { memory, store } = await bench.open({ extractor: openModelExtractor({ model }) })
  // A fact of other words than its message is embedded too.
  const inputs = bench.freshTexts(bench.size).map((text, i) => ({
    content: `${text.replace(/[.!?]*$/, '.')} That is all.`,
    role: 'user',
    userId: `${takes}-${i % users}`,
  }))
  const { transactions } = store.counters
  const { embedder: before } = await memory.stats()
  const timed = await timeCalls(1, async () => {
    const { failed } = await memory.addBatch(inputs, { infer: true })
    const [failure] = failed
    if (failure) throw failure.error
  })
  const written = store.counters.transactions - transactions
  const { embedder: after } = await memory.stats()
  const facts = {
    'model calls': model.counters.requests,
    'embed calls': (after['calls'] ?? 0) - (before['calls'] ?? 0),
    transactions: written,
  }
  await memory.close()
  return { ...rowOf(`infer, model of ${takes} ms`, bench.size, timed, bench.size), facts }
}
