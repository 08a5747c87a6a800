import type { FoundMemory, HistoryEntry, MemoryItem } from '@agentmem/core'
import type { ClientMemory, MemoryHistory } from './client-shapes.ts'
import { isoTime } from './stored-items.ts'

/** A memory as mem0's client answers it. */
export function clientMemory(item: MemoryItem | FoundMemory): ClientMemory {
  const { expiration_date: _day, ...metadata } = item.metadata
  const { categories } = metadata
  const runId = item.runId ?? null
  return {
    id: item.id,
    memory: item.memory,
    userId: item.userId ?? null,
    agentId: item.agentId ?? null,
    appId: null,
    runId,
    sessionId: runId,
    hash: item.hash,
    metadata,
    categories: Array.isArray(categories) ? categories.filter(name => typeof name === 'string') : [],
    createdAt: isoTime(item.createdAt),
    updatedAt: isoTime(item.updatedAt),
    expirationDate: lastDay(item.expiresAt),
    ...('score' in item ? { score: item.score } : {}),
  }
}

/** The day at whose end a memory expires. */
function lastDay(expiresAt: number | null | undefined): string | null {
  return expiresAt === null || expiresAt === undefined ? null : isoTime(expiresAt - 1).slice(0, 10)
}

/** An entry of the history as mem0's client answers it. */
export function clientHistory(entry: HistoryEntry): MemoryHistory {
  const time = isoTime(entry.createdAt)
  return {
    id: entry.id,
    memoryId: entry.memoryId,
    input: [],
    oldMemory: entry.previousValue,
    newMemory: entry.newValue,
    userId: entry.scope.userId ?? null,
    agentId: entry.scope.agentId ?? null,
    runId: entry.scope.runId ?? null,
    sessionId: entry.scope.runId ?? null,
    categories: [],
    event: entry.event,
    createdAt: time,
    updatedAt: time,
  }
}

/** What the service says of a page, and of those on either side of it. */
export function pageOf<Result>(
  results: Result[],
  count: number,
  { page, pageSize }: { readonly page: number; readonly pageSize: number },
): { count: number; next: string | null; previous: string | null; results: Result[] } {
  const at = (number: number): string => `?page=${number}&page_size=${pageSize}`
  return {
    count,
    next: page * pageSize < count ? at(page + 1) : null,
    previous: page > 1 ? at(page - 1) : null,
    results,
  }
}
