import { RuleExtractor } from '@agentmem/core'
import type { Memory, MemoryOptions } from '@agentmem/core'

import type { RecallRow } from '../measured/recall-report.ts'
import { median, percentile } from '../measured/statistics.ts'
import type { Place } from '../opening/place.ts'
import { openReranker } from '../opening/rerankers.ts'
import { askBm25 } from '../retrieval/ask-bm25.ts'
import type { Question, Turn } from '../retrieval/evidence.ts'
import { Judge } from '../retrieval/judge.ts'
import type { Scores } from '../retrieval/judge.ts'
import { shapes } from '../retrieval/shapes.ts'
import type { ShapedMemory } from '../retrieval/shapes.ts'
import { pairedDifference, summarizeScores } from '../retrieval/summarize-scores.ts'
import { ranks, variations, withFacts, withoutContext } from '../retrieval/variations.ts'
import type { FactScope, Variation } from '../retrieval/variations.ts'
import type { Workbench } from '../scenarios/workbench.ts'
import { askMemory } from './ask-memory.ts'
import type { Asked } from './ask-memory.ts'
import { fillMemory, fillWithFacts } from './fill-memory.ts'
import { openWorkbench } from './open-workbench.ts'
import type { RecallCommand, SearchMode } from './parse-recall-command.ts'

export type RetrievalPlan = Pick<
  RecallCommand,
  'combinations' | 'rerankers' | 'modes' | 'shapes' | 'ablate' | 'rank' | 'facts'
>

/** One way to search what is stored. */
interface Way {
  readonly mode: SearchMode
  readonly reranker?: string
  readonly variation?: Variation
}

/**
 * Stores the turns in each shape and in each combination, and asks all questions in each way. A row with BM25 stands
 * behind each shape. Each question needs evidence.
 */
export async function measureRetrieval(
  plan: RetrievalPlan,
  turns: readonly Turn[],
  questions: readonly Question[],
  urls: Place['urls'],
  onRow: (row: RecallRow) => void = () => {},
): Promise<RecallRow[]> {
  const rows: RecallRow[] = []
  for (const shape of plan.shapes) {
    const memories = shapes[shape]?.(turns) ?? []
    const judge = new Judge(memories)
    const add = (
      row: Omit<RecallRow, 'shape' | 'scores' | 'categories'>,
      scores: readonly Scores[],
    ): void => {
      const all = { shape, ...row, ...summarizeScores(questions, scores) }
      rows.push(all)
      onRow(all)
    }
    for (const combination of plan.combinations) {
      const spec = { scenario: 'recall', combination, sizes: [], round: 0, quick: false }
      // What the other ways of a mode are compared with.
      const plain = new Map<SearchMode, readonly Scores[]>()
      for (const factScope of plan.facts ? ([undefined, 'source', 'user'] as const) : [undefined]) {
        const bench = await openWorkbench(spec, urls)
        const filled: Filled = { bench, memories, factScope }
        try {
          const filling = await bench.open(extractorOf(filled))
          await fill(filling.memory, filled)
          // The first searches of a process are those of code that is not compiled yet.
          for (const mode of plan.modes) await askMemory(filling.memory, questions.slice(0, warmUp), { mode })
          await filling.memory.close()
          for (const way of factScope ? factWays(plan, factScope) : waysOf(plan, shape)) {
            const { hits, times, firstTimes } = await ask(filled, way, questions)
            const scores = questions.map((question, i) => judge.judge(question, hits[i] ?? noHits))
            const { mode, reranker, variation } = way
            const isPlain = reranker === undefined && variation === undefined
            if (isPlain) plain.set(mode, scores)
            add(
              {
                combination: { ...combination, ...(reranker !== undefined && { reranker }) },
                mode,
                ...(variation && { variation: variation.name }),
                ...(!isPlain && { difference: pairedDifference(at10(scores), at10(plain.get(mode) ?? [])) }),
                latency: { p50: percentile(times, 0.5), p95: percentile(times, 0.95), n: times.length },
                firstSearch: median(firstTimes),
              },
              scores,
            )
          }
        } finally {
          await bench.clear()
        }
      }
    }
    const hits = askBm25(memories, questions)
    add(
      { mode: 'BM25' },
      questions.map((question, i) => judge.judge(question, hits[i] ?? noHits)),
    )
  }
  return rows
}

const warmUp = 200
const noHits = { memories: [], deep: [] }

function waysOf({ modes, rerankers, shapes, ablate, rank }: RetrievalPlan, shape: string): Way[] {
  const all = ablate && shape === shapes[0]
  const varied = all ? variations : shape === 'shuffled runs' ? [withoutContext] : []
  return modes.flatMap((mode): Way[] => [
    { mode },
    ...rerankers.map(reranker => ({ mode, reranker })),
    ...(mode === 'vector' ? [] : varied.map(variation => ({ mode, variation }))),
    ...(rank ? ranks.map(variation => ({ mode, variation })) : []),
  ])
}

function factWays({ modes }: RetrievalPlan, factScope: FactScope): Way[] {
  return modes.flatMap(mode => withFacts(factScope).map(variation => ({ mode, variation })))
}

/** What is stored where. */
interface Filled {
  readonly bench: Workbench
  readonly memories: readonly ShapedMemory[]
  /** Where the facts are; undefined: there are none. */
  readonly factScope: FactScope | undefined
}

function fill(memory: Memory, { memories, factScope }: Filled): Promise<void> {
  return factScope ? fillWithFacts(memory, memories) : fillMemory(memory, memories)
}

function extractorOf({ factScope }: Filled): Pick<MemoryOptions, 'extractor' | 'infer'> {
  return factScope ? { extractor: new RuleExtractor(), infer: { factScope } } : {}
}

/** On a Memory that was just opened, so that the first search of each user is a first one. */
async function ask(
  filled: Filled,
  { mode, reranker, variation }: Way,
  questions: readonly Question[],
): Promise<Asked> {
  const opened = reranker === undefined ? undefined : await openReranker(reranker)
  const { memory, store } = await filled.bench.open({
    ...extractorOf(filled),
    ...(opened && { reranker: opened }),
    ...(variation && { text: { subwords: variation.subwords } }),
  })
  try {
    // A Store that keeps nothing on disk is empty again.
    if ((await store.head()).position === 0) await fill(memory, filled)
    const ends = variation?.atEnd ? endsOf(filled.memories) : new Map<string, string>()
    const timeOf = (userId: string): string | undefined => ends.get(userId)
    const options = { mode, ...variation?.options }
    return await askMemory(memory, questions, options, { timeOf })
  } finally {
    await memory.close()
  }
}

/** When the last turn of each user is said. */
function endsOf(memories: readonly ShapedMemory[]): ReadonlyMap<string, string> {
  const ends = new Map<string, string>()
  for (const { turn } of memories) {
    const { userId, createdAt = '' } = turn
    if (createdAt > (ends.get(userId) ?? '')) ends.set(userId, createdAt)
  }
  return ends
}

function at10(scores: readonly Scores[]): number[] {
  return scores.map(score => score['R@10'])
}
