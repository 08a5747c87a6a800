import { answerQuestions, MemoryError, nativeCall } from '@agentmem/core/adapter'
import { emptyGraph } from './empty-graph.ts'
import { loadUsearch } from './load-usearch.ts'
import type { GraphCalls, GraphFile } from './segment-graph.ts'
import { SharedSearch } from './shared-search.ts'

answerQuestions<GraphCalls>(
  async ({ op, body }) => ({ body: op === 'open' ? await open(body) : undefined }),
  (thrown, op) => MemoryError.from(thrown, `A graph of the usearch index: ${op} failed`),
)

async function open({ file, dimensions, rows, buffer }: GraphFile): Promise<void> {
  const index = emptyGraph(await loadUsearch(), dimensions)
  nativeCall(() => index.view(file))
  if (index.size() !== rows) throw new Error(`the graph has ${index.size()} vectors instead of ${rows}`)
  const search = new SharedSearch(dimensions, buffer)
  // Once the answer to this is sent.
  setImmediate(() =>
    search.serve((vector, wanted) => {
      const { keys, distances } = nativeCall(() => index.search(vector, wanted, 1))
      return { places: Array.from(keys, Number), distances }
    }),
  )
}
