import type { Scalar, Where, WhereConditions } from '@agentmem/core/adapter'
import type { Random } from '../data/random.ts'
import { keys, numbers, texts } from './where-records.ts'

const stringFields = ['id', 'userId', 'agentId', 'content', 'type', 'role', 'origin', 'supersededBy'] as const
const numberFields = [
  'importance',
  'accessCount',
  'lastAccessedAt',
  'createdAt',
  'expiresAt',
  'validTo',
  'version',
] as const
const fieldTexts = ['a', 'A', 'b', '\u00e9', 'semantic', 'user', 'model', 'memory-000007', '.', '%']
const fieldNumbers = [0, 0.1, 0.5, 1, 2, 1_700_000_000_000, 4_500_000_000_000, -1]
const derivationKeys = ['batch', 'sources', 'seen']
const orders = ['gt', 'gte', 'lt', 'lte'] as const

function scalar(random: Random): Scalar {
  const kind = random.below(5)
  if (kind < 2) return random.pick(texts)
  return kind < 4 ? random.pick(numbers) : random.next() < 0.5
}

/** One condition, by an operator that the kind of its values allows. */
function condition(random: Random, draw: () => Scalar, contains: boolean): WhereConditions | Scalar | null {
  const list = (): Scalar[] => Array.from({ length: random.below(4) }, draw)
  const ordered = (): Scalar => {
    const value = draw()
    return typeof value === 'boolean' ? 1 : value
  }
  switch (random.below(contains ? 9 : 8)) {
    case 0:
      return draw()
    case 1:
      return null
    case 2:
      return { ne: random.next() < 0.2 ? null : draw() }
    case 3:
      return { in: list() }
    case 4:
      return { nin: list() }
    case 5:
      return { exists: random.next() < 0.5 }
    case 6:
      return { [random.pick(orders)]: ordered(), [random.pick(orders)]: ordered() }
    case 7:
      return { [random.pick(orders)]: ordered() }
    default:
      return { contains: draw() }
  }
}

function leaf(random: Random): Where {
  const kind = random.below(10)
  if (kind < 6) {
    const path = Array.from({ length: 1 + random.below(3) }, () => random.pick(keys))
    if (random.next() < 0.2) path[0] = random.pick(derivationKeys)
    const root = random.next() < 0.6 ? 'metadata' : 'derivation'
    return { [`${root}.${path.join('.')}`]: condition(random, () => scalar(random), true) }
  }
  return kind < 8
    ? { [random.pick(stringFields)]: condition(random, () => random.pick(fieldTexts), true) }
    : { [random.pick(numberFields)]: condition(random, () => random.pick(fieldNumbers), false) }
}

/** A filter of any shape, at most `depth` levels of `and`, `or` and `not` deep. */
export function randomWhere(random: Random, depth: number): Where {
  if (depth === 0 || random.next() < 0.3) return leaf(random)
  const parts = (): Where[] =>
    Array.from({ length: 1 + random.below(3) }, () => randomWhere(random, depth - 1))
  switch (random.below(4)) {
    case 0:
      return { and: parts() }
    case 1:
      return { or: parts() }
    case 2:
      return { not: randomWhere(random, depth - 1) }
    default:
      return { ...leaf(random), ...leaf(random), or: parts() }
  }
}
