import type { Memory } from '@agentmem/core'
import { notesBlock, oneOf, readOptions, requireOwner } from '@agentmem/core/adapter'
import { toolSchema } from './tool-schema.ts'
import type { ToolSchema } from './tool-schema.ts'

/** A tool of the AI SDK. Errors are thrown, and told to the model by it: they say what to do. */
export interface MemoryTool<Input, Output> {
  readonly description: string
  readonly inputSchema: ToolSchema<Input>
  readonly execute: (
    input: Input,
    options?: { readonly abortSignal?: AbortSignal | undefined },
  ) => Promise<Output>
}

export interface RecalledMemories {
  /** Best first. */
  readonly memories: readonly { readonly id: string; readonly memory: string; readonly createdAt: number }[]
}

/** The model is given the memories as notes between fixed marks, 4,000 characters of them at most; a program gets them whole. */
export interface RecallTool extends MemoryTool<
  { readonly query: string; readonly limit?: number },
  RecalledMemories
> {
  /** Ai 6 and 7 give the output within an object, ai 5 and Mastra as it is. */
  readonly toModelOutput: (given: RecalledMemories | { readonly output: RecalledMemories }) => {
    readonly type: 'text'
    readonly value: string
  }
}

/** A type, so that it is a `ToolSet`. */
export type MemoryTools = {
  readonly recall: RecallTool
  readonly remember: MemoryTool<{ readonly text: string }, { readonly id: string; readonly stored: boolean }>
  readonly forget: MemoryTool<{ readonly id: string }, { readonly forgotten: boolean }>
}

export interface MemoryToolsOptions {
  /** 'read' has `recall` alone, 'write' (default) also `remember` and `forget`. */
  readonly tools?: 'read' | 'write' | undefined
}

const maxRecalled = 20

/**
 * Tools by which a model recalls, remembers and forgets. Whose memories they are is said by the Memory, which must be
 * bound: no tool takes a user.
 *
 * @example
 * const { text } = await generateText({ model, prompt, tools: memoryTools(memory.scope({ userId: 'ana' })) })
 */
export function memoryTools(
  memory: Memory,
  options: MemoryToolsOptions & { readonly tools: 'read' },
): Pick<MemoryTools, 'recall'>
export function memoryTools(memory: Memory, options?: MemoryToolsOptions): MemoryTools
export function memoryTools(memory: Memory, options: MemoryToolsOptions = {}): Partial<MemoryTools> {
  const { tools } = readOptions('memoryTools', options, { tools: oneOf(['read', 'write'], 'write') })
  const owner = requireOwner(memory, 'memoryTools')
  const all: MemoryTools = {
    recall: {
      description:
        'Searches what is remembered of this user. Use it before you answer what may depend on it.',
      inputSchema: toolSchema(['query'], {
        query: { type: 'string', minLength: 1, description: 'What to look for, in words.' },
        limit: {
          type: 'integer',
          minimum: 1,
          maximum: maxRecalled,
          description: 'How many at most, default 5.',
        },
      }),
      execute: async ({ query, limit = 5 }, { abortSignal: signal } = {}) => {
        const { results } = await owner.search(query, { topK: Math.min(limit, maxRecalled), signal })
        return {
          memories: results.map(({ id, memory: text, createdAt }) => ({ id, memory: text, createdAt })),
        }
      },
      toModelOutput: given => {
        const { memories } = 'output' in given ? given.output : given
        const value = memories.length === 0 ? 'Nothing found.' : notesBlock(memories, { ids: true })
        return { type: 'text', value }
      },
    },
    remember: {
      description:
        'Remembers one fact about this user for later conversations: a sentence that stands on its own.',
      inputSchema: toolSchema(['text'], { text: { type: 'string', minLength: 1, description: 'The fact.' } }),
      execute: async ({ text }, { abortSignal: signal } = {}) => {
        const { results } = await owner.add(text, { dedupe: true, signal })
        return { id: results[0]?.id ?? '', stored: results[0]?.event === 'ADD' }
      },
    },
    forget: {
      description:
        'Forgets one memory, by the id that recall gave. Use it when the user asks for it, or it is wrong.',
      inputSchema: toolSchema(['id'], { id: { type: 'string', minLength: 1, description: 'The id.' } }),
      execute: async ({ id }, { abortSignal: signal } = {}) => ({
        forgotten: await owner.delete(id, { signal }),
      }),
    },
  }
  return tools === 'read' ? { recall: all.recall } : all
}
