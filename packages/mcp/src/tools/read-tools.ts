import type { ScopesBy } from '@agentmem/core'
import { MemoryError } from '@agentmem/core'
import { z } from 'zod'
import {
  filters,
  isoTime,
  memoriesText,
  memoryShape,
  narrowed,
  narrowing,
  structuredMemory,
} from './shapes.ts'
import type { NarrowBy } from './shapes.ts'
import { reads, tool } from './tool.ts'
import type { Tool } from './tool.ts'

const cursor = z.string().optional().describe('What `next` of the page before was')
const id = z.string().describe('The id of a memory')

/** The tools that change nothing. */
export function readTools(narrowBy: NarrowBy): Tool[] {
  return [
    tool({
      name: 'search_memories',
      description: 'Find the memories that answer a question or are about a topic, best first.',
      input: z.strictObject({
        query: z.string().describe('A question or a topic, in plain words'),
        topK: z.int().min(1).max(100).default(10),
        threshold: z.number().optional().describe('The lowest score that is returned'),
        filters,
        ...narrowing(narrowBy),
      }),
      output: z.object({ memories: z.array(memoryShape) }),
      annotations: reads,
      call: async (memory, { query, topK, threshold, filters: where, ...given }, signal) => {
        const found = await narrowed(memory, narrowBy, given).search(query, {
          topK,
          signal,
          ...(threshold === undefined ? {} : { threshold }),
          ...(where === undefined ? {} : { where }),
        })
        const memories = found.results.map(structuredMemory)
        return { structured: { memories }, text: memoriesText(found.results) }
      },
    }),
    tool({
      name: 'get_memories',
      description: 'List memories, newest first, page by page.',
      input: z.strictObject({
        filters,
        limit: z.int().min(1).max(1_000).default(50),
        cursor,
        ...narrowing(narrowBy),
      }),
      output: z.object({ memories: z.array(memoryShape), next: z.string().optional() }),
      annotations: reads,
      call: async (memory, { filters: where, limit, cursor: after, ...given }, signal) => {
        const { results, next } = await narrowed(memory, narrowBy, given).page({
          limit,
          signal,
          ...(where === undefined ? {} : { where }),
          ...(after === undefined ? {} : { after }),
        })
        const more = next === undefined ? '' : `\nThere are more: give cursor ${next}`
        const structured = {
          memories: results.map(structuredMemory),
          ...(next === undefined ? {} : { next }),
        }
        return { structured, text: memoriesText(results) + more }
      },
    }),
    tool({
      name: 'get_memory',
      description: 'Read one memory by its id.',
      input: z.strictObject({ id }),
      output: z.object({ memory: memoryShape }),
      annotations: reads,
      call: async (memory, { id }, signal) => {
        const item = await memory.get(id, { signal })
        if (!item) throw new MemoryError('NOT_FOUND', `There is no memory with the id ${JSON.stringify(id)}.`)
        return { structured: { memory: structuredMemory(item) }, text: memoriesText([item]) }
      },
    }),
    tool({
      name: 'memory_history',
      description: 'What happened to a memory, oldest first; also of one that was deleted.',
      input: z.strictObject({ id }),
      output: z.object({
        history: z.array(
          z.object({
            event: z.string(),
            at: z.string(),
            previousValue: z.string().optional(),
            newValue: z.string().optional(),
          }),
        ),
      }),
      annotations: reads,
      call: async (memory, { id }, signal) => {
        const entries = await memory.history(id, { signal })
        const history = entries.map(({ event, createdAt, previousValue, newValue }) => ({
          event,
          at: isoTime(createdAt),
          ...(typeof previousValue === 'string' ? { previousValue } : {}),
          ...(typeof newValue === 'string' ? { newValue } : {}),
        }))
        return { structured: { history }, text: JSON.stringify(history) }
      },
    }),
    tool({
      name: 'list_entities',
      description:
        'The users, agents, conversations or values of a metadata key that memories are about, with counts.',
      input: z.strictObject({
        by: z
          .string()
          .regex(/^(userId|agentId|runId|metadata\..+)$/)
          .describe('userId, agentId, runId or metadata.KEY'),
        limit: z.int().min(1).max(1_000).default(100),
        cursor,
      }),
      output: z.object({
        entities: z.array(z.object({ value: z.string(), memories: z.number(), updatedAt: z.string() })),
        next: z.string().optional(),
      }),
      annotations: reads,
      call: async (memory, { by, limit, cursor: after }, signal) => {
        const page = { by: by as ScopesBy, limit, signal, ...(after === undefined ? {} : { after }) }
        const { results, next } = await memory.scopes(page)
        const entities = results.map(({ value, memories, updatedAt }) => {
          return { value, memories, updatedAt: isoTime(updatedAt) }
        })
        const structured = { entities, ...(next === undefined ? {} : { next }) }
        return { structured, text: JSON.stringify(structured) }
      },
    }),
  ]
}
