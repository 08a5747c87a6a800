/** What a value of a field is. */
export type Kind = 'text' | 'number' | 'time' | 'truth'

/** The fields of a memory that a filter offers by name. Metadata is named by its key. */
export const fields: Readonly<Record<string, Kind>> = {
  type: 'text',
  level: 'text',
  role: 'text',
  actorId: 'text',
  origin: 'text',
  content: 'text',
  importance: 'number',
  accessCount: 'number',
  version: 'number',
  createdAt: 'time',
  updatedAt: 'time',
  lastAccessedAt: 'time',
  expiresAt: 'time',
  validFrom: 'time',
  validTo: 'time',
  createdBy: 'text',
  updatedBy: 'text',
  userId: 'text',
  agentId: 'text',
  runId: 'text',
  supersededBy: 'text',
  id: 'text',
  hash: 'text',
}

/** How a field is compared. */
export type Comparison = 'eq' | 'ne' | 'in' | 'contains' | 'gt' | 'gte' | 'lt' | 'lte' | 'exists' | 'missing'

const words: Readonly<Record<Comparison, string>> = {
  eq: 'is',
  ne: 'is not',
  in: 'is one of',
  contains: 'contains',
  gt: 'is above',
  gte: 'is at least',
  lt: 'is below',
  lte: 'is at most',
  exists: 'is there',
  missing: 'is missing',
}
const wordsOfTime: Partial<Record<Comparison, string>> = {
  gt: 'is after',
  gte: 'is at or after',
  lt: 'is before',
  lte: 'is at or before',
}
const comparisons: Readonly<Record<Kind, readonly Comparison[]>> = {
  text: ['eq', 'ne', 'in', 'contains', 'exists', 'missing'],
  number: ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'exists', 'missing'],
  time: ['gt', 'gte', 'lt', 'lte', 'exists', 'missing'],
  truth: ['eq', 'ne', 'exists', 'missing'],
}

/** How a value of this kind may be compared, with the words for it. */
export function comparisonsOf(kind: Kind): readonly (readonly [Comparison, string])[] {
  return comparisons[kind].map(name => [name, (kind === 'time' && wordsOfTime[name]) || words[name]] as const)
}

/** Whether the comparison needs no value. */
export function standsAlone(comparison: Comparison): boolean {
  return comparison === 'exists' || comparison === 'missing'
}
