import { notesBlock } from '@agentmem/core/adapter'
import type { FoundMemory, Memory, MemoryItem, Where } from '@agentmem/core'
import { z } from 'zod'

const time = z.string().describe('ISO 8601, UTC')

/** A memory as a tool answers it. */
export const memoryShape: z.ZodType = z.object({
  id: z.string(),
  memory: z.string(),
  score: z.number().optional(),
  metadata: z.record(z.string(), z.unknown()),
  createdAt: time,
  updatedAt: time,
  version: z.number(),
  agentId: z.string().optional(),
  runId: z.string().optional(),
  actorId: z.string().optional(),
  role: z.string().optional(),
})

export const filters: z.ZodType<Where | undefined> = z
  .record(z.string(), z.unknown())
  .optional()
  .describe(
    'Only memories that pass: fields and metadata.KEY, with eq ne gt gte lt lte in nin contains exists, and and, or, not. ' +
      'Such as {"metadata.topic": "travel", "createdAt": {"gte": "2026-01-01"}}',
  ) as z.ZodType<Where | undefined>

export type NarrowBy = readonly ('agentId' | 'runId')[]

/** The arguments that may narrow the scope: those that the host allows. */
export function narrowing(by: NarrowBy): Record<string, z.ZodType> {
  const about = { agentId: 'Only memories of this agent', runId: 'Only memories of this conversation' }
  return Object.fromEntries(by.map(name => [name, z.string().optional().describe(about[name])]))
}

/** Binds the memory closer, by the arguments that may narrow; an argument that widens is refused by the Memory. */
export function narrowed(memory: Memory, by: NarrowBy, given: Readonly<Record<string, unknown>>): Memory {
  const named = by.flatMap(name => (given[name] === undefined ? [] : [[name, given[name]]]))
  return named.length === 0 ? memory : memory.scope(Object.fromEntries(named))
}

export function structuredMemory(item: MemoryItem | FoundMemory): Record<string, unknown> {
  const { id, memory, metadata, createdAt, updatedAt, version, agentId, runId, actorId, role } = item
  const said = { agentId, runId, actorId, role, score: 'score' in item ? item.score : undefined }
  return {
    id,
    memory,
    metadata,
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt),
    version,
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined && value !== null)),
  }
}

/** Memories for a model: one note a line, each with its id. */
export function memoriesText(items: readonly (MemoryItem | FoundMemory)[]): string {
  return items.length === 0 ? 'Nothing found.' : notesBlock(items, { ids: true })
}

export function isoTime(time: number): string {
  return new Date(time).toISOString()
}
