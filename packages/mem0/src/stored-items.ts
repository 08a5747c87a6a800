import type { HistoryEntry, MemoryItem as StoredItem } from '@agentmem/core'
import type { HistoryItem, MemoryItem } from './mem0-shapes.ts'

/** A memory as mem0ai/oss answers it. */
export function itemOf(item: StoredItem): MemoryItem {
  const { id, memory, hash, metadata, createdAt, updatedAt, version, userId, agentId, runId } = item
  return {
    id,
    memory,
    hash,
    createdAt: isoTime(createdAt),
    ...(version > 1 ? { updatedAt: isoTime(updatedAt) } : {}),
    metadata: { ...metadata },
    ...(isNamed(userId) ? { user_id: userId } : {}),
    ...(isNamed(agentId) ? { agent_id: agentId } : {}),
    ...(isNamed(runId) ? { run_id: runId } : {}),
  }
}

function isNamed(part: string | null | undefined): part is string {
  return part !== undefined && part !== null
}

/** An entry of the history as mem0ai/oss answers it. */
export function historyItem(entry: HistoryEntry, first: HistoryEntry | undefined): HistoryItem {
  const deleted = entry.event === 'DELETE'
  return {
    id: entry.id,
    memory_id: entry.memoryId,
    previous_value: entry.previousValue ?? null,
    new_value: entry.newValue ?? null,
    action: entry.event,
    created_at: deleted || !first ? null : isoTime(first.createdAt),
    updated_at: entry.event === 'UPDATE' ? isoTime(entry.createdAt) : null,
    is_deleted: deleted ? 1 : 0,
  }
}

/** ISO 8601. */
export function isoTime(time: number): string {
  return new Date(time).toISOString()
}
