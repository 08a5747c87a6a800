import type { Insight } from '../contracts/extractor.ts'
import type { MemoryRecord } from '../contracts/record.ts'
import type { DroppedInsight } from '../consolidate-api.ts'
import { faultOfText, longestFact } from '../infer/check-facts.ts'
import { isGrounded, wordsIn } from '../infer/grounding.ts'
import { splitWords } from '../text/split-words.ts'

/** An insight that was believed. */
export interface CheckedInsight {
  readonly text: string
  /** The facts that it follows from, in their order: two at least. */
  readonly sources: readonly MemoryRecord[]
  /** The cluster that they are of. */
  readonly cluster: readonly MemoryRecord[]
  /** The share of its words that these facts hold. */
  readonly grounding: number
}

/** What of an answer about some clusters is believed, and what is not, with the reason. */
export function checkInsights(
  clusters: readonly (readonly MemoryRecord[])[],
  insights: readonly Insight[],
  grounding: number,
): { readonly insights: CheckedInsight[]; readonly dropped: DroppedInsight[] } {
  const believed = new Map<string, CheckedInsight>()
  const dropped: DroppedInsight[] = []
  for (const given of insights) {
    const { cluster: n, sources: named, text } = Object(given) as Partial<Insight>
    const cluster = typeof n === 'number' && Number.isSafeInteger(n) && n >= 0 ? clusters[n] : undefined
    const sources = cluster ? sourcesOf(cluster, named) : []
    const checked = checkedInsight(text, cluster ?? [], sources, grounding)
    if (typeof checked === 'string') {
      dropped.push({ reason: checked, text: String(text).slice(0, longestFact) })
      continue
    }
    // The first that is said of some facts counts.
    const ids = sources.map(({ id }) => id).join(' ')
    if (!believed.has(ids)) believed.set(ids, checked)
  }
  return { insights: [...believed.values()], dropped }
}

/** The insight, or why it is not believed. */
function checkedInsight(
  given: unknown,
  cluster: readonly MemoryRecord[],
  sources: readonly MemoryRecord[],
  floor: number,
): CheckedInsight | string {
  const fault = faultOfText(given)
  if (fault !== undefined) return fault
  if (cluster.length === 0) return 'it names no cluster'
  if (sources.length < 2) return 'it names fewer than two facts of its cluster'
  const text = String(given).trim()
  const words = splitWords(text).join(' ')
  if (cluster.some(({ content }) => splitWords(content).join(' ') === words))
    return 'it says what a fact says already'
  const messages = sources.map(({ content, actorId, role, createdAt }, n) => ({
    n,
    text: content,
    actorId,
    role,
    at: createdAt,
  }))
  const grounding = isGrounded(text, wordsIn({ context: [], messages }), undefined)
  if (grounding < floor) return 'its words are not those of the facts that it names'
  return { text, sources, cluster, grounding }
}

/** The facts that an insight names by their places, each once; places of nothing are passed over. */
function sourcesOf(cluster: readonly MemoryRecord[], named: unknown): MemoryRecord[] {
  if (!Array.isArray(named)) return []
  const places = new Set<unknown>(named)
  return cluster.filter((_, place) => places.has(place))
}
