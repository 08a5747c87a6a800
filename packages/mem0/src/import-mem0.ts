import type { ImportResult, Memory, Progress } from '@agentmem/core'
import { importFormats } from '@agentmem/core/import'
import type { SearchFilters } from './mem0-shapes.ts'
import { invalid } from './refuse.ts'

/** What is asked of a `Memory` of mem0ai/oss, or of a `MemoryClient` of mem0ai, which has `users`. */
export interface Mem0Like {
  getAll(config: {
    filters: SearchFilters
    topK?: number
    page?: number
    pageSize?: number
  }): Promise<{ results: readonly object[]; next?: unknown }>
  users?(options: { page: number; pageSize: number }): Promise<{
    results: readonly { type: string; name: string }[]
    next?: unknown
  }>
}

export interface ImportMem0Options {
  readonly from: Mem0Like
  readonly to: Memory
  /** Whose memories, such as `[{ user_id: 'ana' }]`. Default: everyone that `users` of a MemoryClient names; mem0ai/oss lists nobody. */
  readonly scopes?: readonly SearchFilters[] | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Greatest number of memories that one scope of mem0ai/oss is asked for. */
const most = 1_000_000
/** Greatest page of the service. */
const pageSize = 200

/**
 * Brings the memories of mem0 along, with their users, times and metadata; their texts are embedded anew, and history is not
 * brought. What is there already is skipped: an import that was interrupted goes on when it is started again.
 */
export async function importMem0({
  from,
  to,
  scopes,
  onProgress,
  signal,
}: ImportMem0Options): Promise<ImportResult> {
  if (scopes?.length === 0 || (scopes === undefined && from.users === undefined)) {
    throw invalid("importMem0 needs scopes, such as [{ user_id: 'ana' }]: this mem0 lists nobody.")
  }
  const items = itemsOf(from, scopes ?? everyScope(from))
  return to.importFrom(inJson(items), { from: importFormats.mem0, onProgress, signal })
}

/** The users, agents, runs and apps that the service knows. */
async function* everyScope(from: Mem0Like): AsyncGenerator<SearchFilters> {
  for (let page = 1, more = true; more; page++) {
    const answer = await from.users?.({ page, pageSize })
    for (const { type, name } of answer?.results ?? []) yield { [`${type}_id`]: name }
    more = isThere(answer?.next)
  }
}

/** Each memory once, also where it is of a user and of a run. */
async function* itemsOf(
  from: Mem0Like,
  scopes: Iterable<SearchFilters> | AsyncIterable<SearchFilters>,
): AsyncGenerator<object> {
  const seen = new Set<unknown>()
  for await (const filters of scopes) {
    for (let page = 1, more = true; more; page++) {
      const part = from.users ? { page, pageSize } : { topK: most }
      const { results, next } = await from.getAll({ filters, ...part })
      for (const item of results) {
        const { id } = item as { id?: unknown }
        if (id !== undefined && seen.has(id)) continue
        seen.add(id)
        yield item
      }
      more = from.users !== undefined && isThere(next)
    }
  }
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null
}

async function* inJson(items: AsyncIterable<object>): AsyncGenerator<string> {
  yield '['
  let separator = ''
  for await (const item of items) {
    yield `${separator}${JSON.stringify(item)}`
    separator = ','
  }
  yield ']'
}
