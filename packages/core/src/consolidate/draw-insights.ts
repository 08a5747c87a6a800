import { MemoryError } from '../contracts/errors.ts'
import type { ClusterSet, Extractor, Insight, Outcome } from '../contracts/extractor.ts'
import type { CallOptions } from '../contracts/log.ts'
import type { MemoryRecord } from '../contracts/record.ts'
import type { DroppedInsight } from '../consolidate-api.ts'
import type { InferSettings } from '../infer/infer-settings.ts'
import type { Spending } from '../infer/spending.ts'
import { checkInsights } from './check-insights.ts'
import type { CheckedInsight } from './check-insights.ts'

export type Cluster = readonly MemoryRecord[]

/** Clusters of one call. */
export const clustersOfCall: number = 8

/** What was made of some clusters. */
export interface Drawn {
  readonly insights: readonly CheckedInsight[]
  readonly dropped: readonly DroppedInsight[]
  /** Clusters that there is an answer about, whatever it says. */
  readonly answered: readonly Cluster[]
  readonly failures: readonly MemoryError[]
  /** True where the budget allowed no further call. */
  readonly stopped: boolean
}

/** Asks about at most eight clusters of one owner, in one call: once more where the answer cannot be read, by halves where it is too long. */
export async function drawInsights(
  extractor: Pick<Extractor, 'consolidate' | 'countTokens'>,
  clusters: readonly Cluster[],
  settings: InferSettings,
  spending: Spending,
  options: CallOptions,
): Promise<Drawn> {
  const insights: CheckedInsight[] = []
  const dropped: DroppedInsight[] = []
  const answered: Cluster[] = []
  const failures: MemoryError[] = []
  const queue = [{ clusters, isAgain: false }]
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { set, tokens } = shownOf(next.clusters, extractor, settings)
    if (!spending.allows(tokens)) return { insights, dropped, answered, failures, stopped: true }
    const [outcome] = (await extractor.consolidate?.([set], options)) ?? []
    if (outcome && 'usage' in outcome) spending.note(outcome.usage)
    if (outcome && 'finish' in outcome && outcome.finish === 'stop') {
      const checked = checkInsights(next.clusters, outcome.insights, settings.grounding)
      insights.push(...checked.insights)
      dropped.push(...checked.dropped)
      answered.push(...next.clusters)
      continue
    }
    const half = next.clusters.length >> 1
    if (finishOf(outcome) === 'cut' && half > 0) {
      queue.push(
        { clusters: next.clusters.slice(0, half), isAgain: false },
        { clusters: next.clusters.slice(half), isAgain: false },
      )
    } else if (finishOf(outcome) === 'unreadable' && !next.isAgain) {
      queue.push({ clusters: next.clusters, isAgain: true })
    } else {
      // What was refused would be refused again.
      if (finishOf(outcome) === 'refused') answered.push(...next.clusters)
      failures.push(outcome && 'error' in outcome ? outcome.error : unusable(finishOf(outcome)))
    }
  }
  return { insights, dropped, answered, failures, stopped: false }
}

type Answer = Outcome<{ readonly insights: readonly Insight[] }>

function finishOf(outcome: Answer | undefined): string | undefined {
  return outcome && 'finish' in outcome ? outcome.finish : undefined
}

function shownOf(
  clusters: readonly Cluster[],
  extractor: Pick<Extractor, 'countTokens'>,
  { redact = text => text }: InferSettings,
): { readonly set: ClusterSet; readonly tokens: number } {
  let tokens = 0
  const shown = clusters.map((cluster, n) => ({
    n,
    facts: cluster.map(({ content, createdAt, validFrom }) => {
      const text = redact(content)
      tokens += extractor.countTokens(text)
      return { text, said: createdAt, from: validFrom }
    }),
  }))
  return { set: { clusters: shown }, tokens }
}

function unusable(finish: string | undefined): MemoryError {
  const reason =
    finish === 'refused' ? 'the model refused to answer' : 'its answer cannot be read, or is too long'
  return new MemoryError('MODEL_ANSWER', `No insights were drawn from some clusters: ${reason}.`)
}
