import type { Derivation, Json, Metadata, StoredRecord } from '@agentmem/core/adapter'
import type { Random } from '../data/random.ts'
import { storedRecord } from '../data/records.ts'

/** Text that comparisons of text are known to get wrong. */
export const texts: readonly string[] = [
  '',
  'a',
  'A',
  'b',
  'ab',
  'a%b',
  'a_b',
  'axb',
  'a\\b',
  "a'b",
  'a"b',
  '10',
  '9',
  'true',
  'null',
  '\u00e9',
  'e\u0301',
  'E',
  '\u00e9t\u00e9',
  '\u{1f600}',
  '\uff5e',
  '\ue000',
  'a ',
  ' a',
  'a\nb',
]

export const numbers: readonly number[] = [
  0, 1, -1, 2, 9, 10, 0.1, 0.5, 0.30000000000000004, 1e21, 1e-7, -1e300, 5e-324, 9007199254740991,
  -9007199254740991,
]

/** The keys that filters look at, below one another too. */
export const keys: readonly string[] = ['a', 'b', 'c', 'x-y', '_k', 'K', 'k']

function value(random: Random, depth: number): Json {
  switch (random.below(depth > 2 ? 4 : 7)) {
    case 0:
      return random.pick(texts)
    case 1:
      return random.pick(numbers)
    case 2:
      return random.next() < 0.5
    case 3:
      return null
    case 4:
      return Array.from({ length: random.below(4) }, () => value(random, depth + 1))
    default:
      return metadata(random, depth + 1)
  }
}

function metadata(random: Random, depth: number): Metadata {
  const chosen = keys.filter(() => random.next() < 0.5)
  return Object.fromEntries(chosen.map(key => [key, value(random, depth)]))
}

/** What is asked of a derivation has the keys of metadata, below what a derivation has at least. */
function derivation(random: Random): Derivation | null {
  if (random.next() < 0.4) return null
  const sources = random.pick([[], ['a'], ['a', 'b']])
  return {
    ...metadata(random, 0),
    batch: random.pick(['a', 'A']),
    sources,
    seen: random.below(4),
    model: 'a',
  }
}

/** Records whose fields and metadata are drawn from few values, so that filters hit. */
export function randomRecords(random: Random, count: number): StoredRecord[] {
  return Array.from({ length: count }, (_, n) =>
    storedRecord(n, {
      content: `${random.pick(texts)}.${random.pick(texts)}`,
      metadata: metadata(random, 0),
      userId: random.pick([null, 'a', 'A', '\u00e9']),
      agentId: random.pick([null, 'a', 'b']),
      type: random.pick(['episodic', 'semantic', 'Semantic']),
      importance: random.pick([0, 0.1, 0.5, 1]),
      accessCount: random.below(4),
      lastAccessedAt: random.pick([null, 0, 1_700_000_000_000]),
      expiresAt: random.pick([null, 4_000_000_000_000, 5_000_000_000_000]),
      role: random.pick([null, 'user', 'assistant']),
      origin: random.pick(['caller', 'model']),
      validTo: random.pick([null, 1_700_000_000_000]),
      derivation: derivation(random),
      supersededBy: random.pick([null, 'a']),
    }),
  )
}
