import type { AddInput, Metadata } from '@agentmem/core'
import { MemoryError } from '@agentmem/core'
import { z } from 'zod'
import { narrowed, narrowing } from './shapes.ts'
import type { NarrowBy } from './shapes.ts'
import { tool } from './tool.ts'
import type { Tool } from './tool.ts'

const destructive = { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false }
const most = 100
const changed = z.object({ id: z.string(), memory: z.string(), event: z.string() })

/** The tools that add and change. */
export function writeTools(narrowBy: NarrowBy): Tool[] {
  return [
    tool({
      name: 'add_memory',
      description:
        'Remember texts, or messages of a conversation, at most 100 at a time. What is remembered already is not added again.',
      input: z.strictObject({
        texts: z.array(z.string()).min(1).max(most).optional().describe('Each makes sense alone'),
        messages: z
          .array(z.strictObject({ role: z.string(), content: z.string(), name: z.string().optional() }))
          .min(1)
          .max(most)
          .optional()
          .describe('Instead of texts: turns of a conversation, in order'),
        metadata: z.record(z.string(), z.unknown()).optional().describe('Facts to filter by later'),
        ...narrowing(narrowBy),
      }),
      output: z.object({ results: z.array(changed) }),
      annotations: {
        readOnlyHint: false,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      },
      call: async (memory, { texts, messages, metadata, ...given }, signal) => {
        if ((texts === undefined) === (messages === undefined)) {
          throw new MemoryError('INVALID_ARGUMENT', 'Give texts or messages: one of the two.')
        }
        const inputs: AddInput[] = texts ?? messages ?? []
        const { results } = await narrowed(memory, narrowBy, given).addBatch(inputs, {
          dedupe: true,
          signal,
          ...(metadata === undefined ? {} : { metadata: metadata as Metadata }),
        })
        const answers = results.map(({ id, memory, event }) => ({ id, memory, event }))
        const added = answers.filter(({ event }) => event === 'ADD').length
        const text = `${added} added, ${answers.length - added} were there already. Ids: ${answers.map(({ id }) => id).join(' ')}`
        return { structured: { results: answers }, text }
      },
    }),
    tool({
      name: 'update_memory',
      description: 'Replace the text of a memory that has become wrong. Its history keeps the old text.',
      input: z.strictObject({ id: z.string(), text: z.string() }),
      output: changed,
      annotations: destructive,
      call: async (memory, { id, text }, signal) => {
        const { results } = await memory.update(id, text, { signal })
        const [result] = results
        return {
          structured: { id, memory: text, event: result?.event ?? 'NONE' },
          text: `${id} is changed.`,
        }
      },
    }),
    tool({
      name: 'delete_memory',
      description: 'Forget one memory.',
      input: z.strictObject({ id: z.string() }),
      output: z.object({ deleted: z.boolean() }),
      annotations: destructive,
      call: async (memory, { id }, signal) => {
        const deleted = await memory.delete(id, { signal })
        return { structured: { deleted }, text: deleted ? `${id} is deleted.` : `There is no memory ${id}.` }
      },
    }),
  ]
}

/** The tool that a host must ask for. */
export const eraseTools: Tool[] = [
  tool({
    name: 'delete_all_memories',
    description: 'Forget every memory. Only when the user has asked for exactly that.',
    input: z.strictObject({}),
    output: z.object({ deleted: z.number() }),
    annotations: destructive,
    call: async (memory, _input, signal) => {
      const deleted = await memory.deleteAll({}, { signal })
      return { structured: { deleted }, text: `${deleted} memories are deleted.` }
    },
  }),
]
