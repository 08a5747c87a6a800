import { keyOf } from '../contracts/record-keys.ts'
import type { HistoryEntry, MemoryRecord, Scope } from '../contracts/record.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import { isVisible } from '../parts/visibility.ts'

/** A memory as it is moved, with what was asked for beside it. */
export interface StoredMemory {
  readonly record: MemoryRecord
  readonly vector: Float32Array | undefined
  /** Oldest first. */
  readonly history: HistoryEntry[] | undefined
}

/** Reads the memories of a scope page by page, oldest first. Each that is there throughout comes once. */
export async function* storedPages(
  { store, now }: MemoryParts,
  scope: Scope,
  { vectors, history, pageSize, signal }: StoredPagesOptions,
): AsyncGenerator<StoredMemory[]> {
  const order = { by: 'createdAt', direction: 'asc' } as const
  for await (const page of store.query({ scope, order, pageSize }, { signal })) {
    const records = page.filter(record => isVisible(record, scope, now()))
    const keys = records.map(keyOf)
    const held = vectors ? await store.vectors(keys, { signal }) : []
    const past = history ? await store.history(keys, { signal }) : []
    yield records.map((record, i) => ({ record, vector: held[i], history: past[i] }))
  }
}

interface StoredPagesOptions {
  readonly vectors: boolean
  readonly history: boolean
  readonly pageSize?: number | undefined
  readonly signal?: AbortSignal | undefined
}
