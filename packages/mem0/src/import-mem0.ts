import type { ImportResult, Memory, Progress } from '@agentmem/core'
import { importFormats } from '@agentmem/core/import'
import type { SearchFilters } from './mem0-shapes.ts'
import { invalid } from './refuse.ts'

/** What is asked of a Memory of mem0ai/oss. */
export interface Mem0Like {
  getAll(config: { filters: SearchFilters; topK: number }): Promise<{ results: readonly object[] }>
}

export interface ImportMem0Options {
  readonly from: Mem0Like
  readonly to: Memory
  /** Whose memories: mem0ai/oss cannot list who has some. Such as `[{ user_id: 'ana' }]`. */
  readonly scopes: readonly SearchFilters[]
  readonly onProgress?: ((progress: Progress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Greatest number of memories that one scope is asked for. */
const most = 1_000_000

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
  if (scopes.length === 0) throw invalid("importMem0 needs scopes, such as [{ user_id: 'ana' }].")
  return to.importFrom(itemsOf(from, scopes), { from: importFormats.mem0, onProgress, signal })
}

async function* itemsOf(from: Mem0Like, scopes: readonly SearchFilters[]): AsyncGenerator<string> {
  yield '['
  let separator = ''
  for (const filters of scopes) {
    const { results } = await from.getAll({ filters, topK: most })
    for (const item of results) {
      yield `${separator}${JSON.stringify(item)}`
      separator = ','
    }
  }
  yield ']'
}
