import { copyMetadata } from '../checks/check-values.ts'
import type { ExtractedFact, MessageWindow, Triple } from '../contracts/extractor.ts'
import type { MemoryRecord, Metadata } from '../contracts/record.ts'
import type { DroppedFact } from '../infer-api.ts'
import { contentWords } from '../text/content-words.ts'
import { splitWords } from '../text/split-words.ts'
import { isGrounded, wordsIn } from './grounding.ts'
import { readWhen } from './read-when.ts'
import type { When } from './read-when.ts'
import type { Window } from './window.ts'

/** A fact that was believed. */
export interface CheckedFact {
  readonly text: string
  /** The messages that say it, in their order. */
  readonly sources: readonly MemoryRecord[]
  readonly type: string
  readonly when: When | undefined
  /** 0 to 1. */
  readonly importance: number
  readonly entities: readonly string[]
  readonly relations: readonly Triple[]
  /** The share of its words that its messages hold. */
  readonly grounding: number
  readonly fields: Metadata | undefined
}

export interface FactChecks {
  readonly grounding: number
  readonly types: readonly string[]
}

/** The types that facts have where an extractor names no others. */
export const defaultTypes: readonly string[] = ['episodic', 'semantic', 'preference', 'plan', 'procedural']
/** Characters of what is inferred, at most. */
export const longestFact: number = 2_000
const [mostEntities, mostRelations, longestName] = [20, 20, 200]

/** What of an answer is believed, and what is not, with the reason. Facts of the same words become one. */
export function checkFacts(
  window: Window,
  shown: MessageWindow,
  facts: readonly ExtractedFact[],
  checks: FactChecks,
): { readonly facts: CheckedFact[]; readonly dropped: DroppedFact[] } {
  const known = wordsIn(shown)
  const byWords = new Map<string, CheckedFact>()
  const dropped: DroppedFact[] = []
  for (const given of facts) {
    const { text, sources: named } = Object(given) as Partial<ExtractedFact>
    const sources = sourcesOf(window, shown, named)
    const fault =
      faultOfText(text) ?? (sources.length === 0 ? 'it names no message of the window' : undefined)
    const when = readWhen(Object(given).when)
    const share = fault === undefined ? isGrounded(text as string, known, when) : 0
    const reason =
      fault ??
      (share < checks.grounding ? 'its words are not those of the messages that it names' : undefined)
    if (reason !== undefined) {
      dropped.push({ reason, text: String(text).slice(0, longestFact), sources: sources.map(({ id }) => id) })
      continue
    }
    const fact = believed(given, (text as string).trim(), sources, when, share, known, checks.types)
    const words = splitWords(fact.text).join(' ')
    const twin = byWords.get(words)
    byWords.set(words, twin ? { ...twin, sources: union(twin.sources, sources) } : fact)
  }
  return { facts: [...byWords.values()], dropped }
}

/** Why a text is not to be stored, whatever it says; undefined where it may be. */
export function faultOfText(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.trim() === '') return 'it has no text'
  if (text.length > longestFact) return `it has more than ${longestFact} characters`
  if (text.includes('\0') || !text.isWellFormed()) return 'its text is not well-formed'
  return contentWords(text, 'document').length === 0 ? 'it has no word' : undefined
}

/** The messages that a fact names by their numbers; numbers of the context and of nothing are passed over. */
function sourcesOf(window: Window, shown: MessageWindow, named: unknown): MemoryRecord[] {
  if (!Array.isArray(named)) return []
  const first = shown.messages[0]?.n ?? 0
  const numbers = [...new Set(named)]
    .filter(n => Number.isInteger(n))
    .toSorted((a, b) => Number(a) - Number(b))
  const records = numbers.flatMap(n => window.pieces[Number(n) - first]?.unit.record ?? [])
  return [...new Set(records)]
}

function believed(
  given: ExtractedFact,
  text: string,
  sources: readonly MemoryRecord[],
  when: When | undefined,
  grounding: number,
  known: ReadonlySet<string>,
  types: readonly string[],
): CheckedFact {
  const { type, importance, entities, relations, fields } = given
  const isKnown = (name: unknown): name is string =>
    typeof name === 'string' &&
    name.length <= longestName &&
    name.isWellFormed() &&
    !name.includes('\0') &&
    splitWords(name).length > 0 &&
    splitWords(name).every(word => known.has(word))
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])
  const isTriple = (value: unknown): value is Triple => {
    const { subject, predicate, object } = Object(value) as Partial<Triple>
    return isKnown(subject) && isKnown(object) && typeof predicate === 'string' && isName(predicate)
  }
  return {
    text,
    sources,
    type: types.includes(String(type)) ? String(type) : (types[1] ?? types[0] ?? 'semantic'),
    when,
    importance: isGrade(importance) ? importance / 5 : 0.5,
    entities: [...new Set(list(entities).filter(isKnown))].slice(0, mostEntities),
    relations: list(relations)
      .filter(isTriple)
      .slice(0, mostRelations)
      .map(({ subject, predicate, object }) => ({ subject, predicate, object })),
    grounding,
    fields: fieldsOf(fields),
  }
}

function isName(name: string): boolean {
  return name.trim() !== '' && name.length <= longestName && name.isWellFormed() && !name.includes('\0')
}

function isGrade(value: unknown): value is number {
  return typeof value === 'number' && value >= 1 && value <= 5
}

function fieldsOf(fields: unknown): Metadata | undefined {
  try {
    return fields === undefined || fields === null ? undefined : copyMetadata(fields)
  } catch {
    return undefined
  }
}

function union(a: readonly MemoryRecord[], b: readonly MemoryRecord[]): MemoryRecord[] {
  return [...new Set([...a, ...b])].toSorted((x, y) => x.createdAt - y.createdAt || x.place - y.place)
}

/** More facts than this are too many for a window. */
export function mostFacts(messages: number): number {
  return Math.max(60, Math.ceil(1.5 * messages))
}
