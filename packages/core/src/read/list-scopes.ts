import { checkInteger, checkOptions, checkText, invalid, maxMetadataLength } from '../checks/check-values.ts'
import { parsePathArray, parseTarget } from '../checks/parse-where.ts'
import type { Scope } from '../contracts/record.ts'
import { show } from '../contracts/show-value.ts'
import type { WhereTarget } from '../contracts/where.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { narrowScope } from '../parts/narrow-scope.ts'
import type { ScopesOptions, ScopesPage } from '../read-api.ts'
import { readOptions, requestOf } from './list-memories.ts'

const fields: readonly string[] = ['userId', 'agentId', 'runId']

/** Whom or what the memories are about: one statement. It is for every scope, as far as the memory is not bound to one. */
export async function listScopes(
  parts: MemoryParts,
  bound: Scope,
  options: ScopesOptions,
): Promise<ScopesPage> {
  checkOptions(options, [...readOptions, 'by', 'limit', 'after'])
  const { by, limit = 1_000, after, signal } = options
  const target = targetOf(by)
  checkInteger(limit, 'limit', 1, 10_000)
  if (after) checkText(after, 'after', maxMetadataLength)
  const request = requestOf(parts, narrowScope(bound, options), options)
  const found = await parts.store.scopes({ ...request, by: target, after, limit: limit + 1 }, { signal })
  const results = found.slice(0, limit)
  return { results, next: found.length > limit ? results.at(-1)?.value : undefined }
}

function targetOf(by: unknown): WhereTarget {
  if (Array.isArray(by)) return parsePathArray(by)
  const isKnown = typeof by === 'string' && (fields.includes(by) || /^(?:metadata|derivation)\./.test(by))
  if (isKnown) return parseTarget(by)
  throw invalid(
    `by must be 'userId', 'agentId', 'runId', 'metadata.<key>', 'derivation.<key>' or a path array, not ${show(by)}.`,
  )
}
