import { parseArgs } from 'node:util'

import type { Combination } from './measured/cell.ts'
import { serversOf } from './opening/backends.ts'
import { startServers } from './opening/start-servers.ts'
import type { StartedServers } from './opening/start-servers.ts'
import { Bm25 } from './retrieval/bm25.ts'
import { deepest, depths, readLines, recallAtDepths } from './retrieval/evidence.ts'
import type { Question, Turn } from './retrieval/evidence.ts'
import { openWorkbench } from './run/open-workbench.ts'
import { parseBenchCommand, UsageError } from './run/parse-bench-command.ts'
import { formatTable } from './terminal/format-table.ts'

const usage = `npm run bench:recall -- --memories FILE.jsonl --questions FILE.jsonl
                         [--stores sqlite] [--indexes hnsw] [--embedders hash]

A memory a line: {content, userId, metadata: {diaId}}; a question a line: {question, userId, evidence: [diaId]}.
Several names, separated by commas, are combined.`

/** Searches with every question in the memories of its user, and returns the ids of the turns that were found. */
async function searchWith(
  combination: Combination,
  memories: string,
  questions: readonly Question[],
  servers: StartedServers,
): Promise<string[][]> {
  const spec = { scenario: 'recall', combination, sizes: [], round: 0, quick: false }
  const bench = await openWorkbench(spec, servers.urls)
  try {
    const { memory } = await bench.open()
    await memory.importFrom(memories)
    await memory.optimize()
    const queries = questions.map(({ question, userId }) => ({ query: question, userId, topK: deepest }))
    const found = await memory.searchBatch(queries)
    await memory.close()
    return found.map(({ results }) => results.map(({ metadata }) => String(metadata['diaId'])))
  } finally {
    await bench.clear()
  }
}

/** The same by BM25 over the turns of each user. */
function searchByWords(turns: readonly Turn[], questions: readonly Question[]): string[][] {
  const ofUser = Map.groupBy(turns, ({ userId }) => userId)
  const indexes = new Map(
    [...ofUser].map(([userId, own]) => [userId, new Bm25(own.map(({ content }) => content))]),
  )
  return questions.map(({ question, userId }) => {
    const places = indexes.get(userId)?.search(question, deepest) ?? []
    return places.map(place => ofUser.get(userId)?.[place]?.metadata.diaId ?? '')
  })
}

async function main(): Promise<number> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: {
      memories: text,
      questions: text,
      stores: { ...text, default: 'sqlite' },
      indexes: { ...text, default: 'hnsw' },
      embedders: { ...text, default: 'hash' },
    },
  })
  const { memories, questions: questionFile } = values
  if (memories === undefined || questionFile === undefined) throw new UsageError(usage)
  const { settings } = parseBenchCommand(
    (['stores', 'indexes', 'embedders'] as const).flatMap(name => [`--${name}`, values[name]]),
  )
  const all = readLines<Question>(questionFile)
  const questions = all.filter(({ evidence }) => evidence.length > 0)
  const turns = readLines<Turn>(memories)
  const combinations: Combination[] = settings.stores.flatMap(store =>
    settings.indexes.flatMap(index => settings.embedders.map(embedder => ({ store, index, embedder }))),
  )
  const servers = await startServers(combinations.flatMap(serversOf))
  const rows: string[][] = []
  try {
    for (const combination of combinations) {
      const found = await searchWith(combination, memories, questions, servers)
      rows.push(rowOf(Object.values(combination).join(' + '), recallAtDepths(questions, found)))
    }
  } finally {
    await servers.stop()
  }
  rows.push(rowOf('BM25', recallAtDepths(questions, searchByWords(turns, questions))))
  console.log(
    `${turns.length} memories, ${questions.length} questions (${all.length - questions.length} without evidence left out); the share of a question's evidence among its first hits, among the memories of its user`,
  )
  console.log(formatTable(['', ...depths.map(depth => `recall@${depth}`)], rows))
  console.log("BM25: k1 1.2, b 0.75, Porter's stemmer, the 33 stop words of Lucene's EnglishAnalyzer")
  return 0
}

function rowOf(name: string, recalls: readonly number[]): string[] {
  return [name, ...recalls.map(recall => recall.toFixed(3))]
}

try {
  process.exitCode = await main()
} catch (error) {
  const isUsage = error instanceof UsageError || (error instanceof TypeError && 'code' in error)
  if (!isUsage) throw error
  console.error(error.message)
  process.exitCode = 2
}
