import type { CallOptions } from '../contracts/log.ts'
import type { Match, VectorIndex, VectorQuery } from '../contracts/vector-index.ts'
import { compareMatches } from '../vectors/top-k.ts'
import type { Tail } from './tail.ts'

/** The nearest of index and tail together. The tail hides the index's word about every id that it has. */
export async function searchBoth(
  index: VectorIndex,
  tail: Tail,
  queries: readonly VectorQuery[],
  options: CallOptions,
): Promise<Match[][]> {
  const found = await index.search(queries, options)
  return Promise.all(queries.map((query, i) => mergeMatches(index, tail, query, found[i] ?? [], options)))
}

async function mergeMatches(
  index: VectorIndex,
  tail: Tail,
  query: VectorQuery,
  found: readonly Match[],
  options: CallOptions,
): Promise<Match[]> {
  const visible = (): Match[] => found.filter(({ id }) => !tail.has(id))
  for (let asked = query.k; visible().length < query.k && found.length >= asked;) {
    asked *= 2
    found = (await index.search([{ ...query, k: asked }], options))[0] ?? []
  }
  // Read after the last wait, so that no change falls between the index's answer and the tail's.
  const matches = [...visible(), ...tail.search(query.vector, query.k, query.scope)]
  return matches.sort(compareMatches).slice(0, query.k)
}
