import { MemoryError } from '@agentmem/core'
import type { Memory, MessageInput, Scope } from '@agentmem/core'
import {
  callback,
  notesBlock,
  number,
  optional,
  readOptions,
  requireOwner,
  whole,
} from '@agentmem/core/adapter'
import type { OptionReader } from '@agentmem/core/adapter'
import type { AgentMessage, MemoryProcessor, ProcessorCall } from './processor.ts'

/** Whose memories, within the tenant of a Memory. */
export type OwnScope = Omit<Scope, 'orgId'>

/** Whose memories a request is about, from what the host says of it. Never from its messages. */
export type ScopeOfRequest = (request: {
  /** The `resource` of the request. */
  readonly resourceId: string | undefined
  /** The `thread` of the request. */
  readonly threadId: string | undefined
  readonly requestContext: ProcessorCall['requestContext']
}) => OwnScope | Promise<OwnScope>

export interface MemoryProcessorOptions {
  /** Whose memories. Default: of the user whom the Memory is bound to, otherwise of the `resource` of the request. */
  readonly scope?: OwnScope | ScopeOfRequest | undefined
  /** How many memories at most, 0 to 100, default 5. 0: nothing is recalled. */
  readonly topK?: number | undefined
  /** The lowest score of a memory that is recalled, -1 to 1, default 0.1. */
  readonly threshold?: number | undefined
  /** How many characters of memories at most, 100 to 1,000,000, default 4,000. */
  readonly maxChars?: number | undefined
  /** What is stored when an answer is complete: what the user said, the default, also what the model said, or nothing. */
  readonly store?: 'user' | 'all' | false | undefined
  /** Told when recalling or storing failed; the agent answers without. Default: the call of the agent fails. */
  readonly onError?: ((error: MemoryError) => unknown) | undefined
}

const scopes: OptionReader<OwnScope | ScopeOfRequest> = {
  allowed: "a scope, such as { userId: 'ana' }, or a function that returns one",
  read: value => {
    const known = typeof value === 'function' || (typeof value === 'object' && value !== null)
    return known ? { value: value as OwnScope | ScopeOfRequest } : undefined
  },
}
const stores: OptionReader<'user' | 'all' | false> = {
  allowed: "'user', 'all' or false",
  read: value => (value === 'user' || value === 'all' || value === false ? { value } : undefined),
  preset: { value: 'user' },
}
const optionTable = {
  scope: optional(scopes),
  topK: whole(0, 100, 5),
  threshold: number(-1, 1, 0.1),
  maxChars: whole(100, 1_000_000, 4_000),
  store: stores,
  onError: optional(callback<(error: MemoryError) => unknown>()),
}

/** Of a long message the beginning is the query: embedders read no more. */
const queryLength = 2_000
const owner = 'memoryProcessor'
const id = 'agentmem'

/**
 * A processor for the input and the output of a Mastra agent. It recalls memories by the last message of the user and puts them
 * before it in what the model is sent, as data between fixed marks, and in no thread; it stores what was said when the answer
 * is complete, as memories of the thread. One object serves all requests; it is given to both lists of the agent.
 *
 * Throws `INVALID_ARGUMENT` for a wrong option, and for a request of which it is not known whose memories it is about.
 *
 * @example
 * const processor = memoryProcessor(memory)
 * const agent = new Agent({ ...settings, inputProcessors: [processor], outputProcessors: [processor] })
 * await agent.generate('What do I drink?', { memory: { resource: 'ana', thread: 't1' } })
 */
export function memoryProcessor(memory: Memory, options: MemoryProcessorOptions = {}): MemoryProcessor {
  const { scope, topK, threshold, maxChars, store, onError } = readOptions(owner, options, optionTable)

  const ownerOf = async (call: ProcessorCall, messages: readonly AgentMessage[]): Promise<Memory> => {
    const resourceId = messages.findLast(message => message.resourceId)?.resourceId
    const threadId = messages.findLast(message => message.threadId)?.threadId
    if (scope === undefined && !resourceId && !memory.bound.userId && !memory.bound.agentId) {
      throw new MemoryError(
        'INVALID_ARGUMENT',
        'memoryProcessor must know whose memories it is about; call the agent with memory: { resource }, or give scope.',
      )
    }
    const named =
      typeof scope === 'function'
        ? await scope({ resourceId, threadId, requestContext: call.requestContext })
        : (scope ?? (memory.bound.userId || !resourceId ? {} : { userId: resourceId }))
    return requireOwner(Object.keys(named).length === 0 ? memory : memory.scope(named), owner)
  }

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      const failed = MemoryError.from(error, 'memoryProcessor failed')
      if (onError === undefined || failed.code === 'ABORTED') throw failed
      onError(failed)
    }
  }

  return {
    id,

    async processInput({ messages, messageList, ...call }) {
      const query = userText(messages).slice(0, queryLength).toWellFormed()
      if (topK === 0 || query.trim() === '') return messageList
      await attempt(async () => {
        const of = await ownerOf(call, messages)
        const { results } = await of.search(query, { topK, threshold, signal: call.abortSignal })
        if (results.length > 0) call.state[id] = notesBlock(results, { maxChars })
      })
      return messageList
    },

    async processLLMRequest({ prompt, state }) {
      const notes = state[id]
      const asked = prompt.findLastIndex(({ role }) => role === 'user')
      if (typeof notes !== 'string') return { prompt }
      const block = { type: 'text', text: notes }
      const withNotes = prompt.map((message, i) =>
        i === asked ? { ...message, content: [block, ...(message.content as unknown[])] } : message,
      )
      return { prompt: withNotes }
    },

    async processOutputResult({ messages, messageList, ...call }) {
      const asked = messageList.get.input.db()
      const said: MessageInput[] = [
        { role: 'user', content: userText(asked) },
        { role: 'assistant', content: store === 'all' ? textOf(messages, 'assistant') : '' },
      ].filter(({ content }) => content.trim() !== '')
      if (store === false || said.length === 0) return messageList
      await attempt(async () => {
        const of = await ownerOf(call, [...asked, ...messages])
        const threadId = [...asked, ...messages].findLast(message => message.threadId)?.threadId
        const run = threadId === undefined || of.bound.runId ? {} : { runId: threadId }
        await of.addBatch(said, { ...run, dedupe: true, signal: call.abortSignal })
      })
      return messageList
    },
  }
}

/** What the user said last. */
function userText(messages: readonly AgentMessage[]): string {
  const last = messages.findLast(({ role }) => role === 'user')
  return last === undefined ? '' : textOf([last], 'user')
}

/** The texts of a role, as a memory can hold them. */
function textOf(messages: readonly AgentMessage[], of: string): string {
  const parts = messages.filter(({ role }) => role === of).flatMap(({ content }) => content.parts ?? [])
  const texts = parts.flatMap(part => (part.type === 'text' && 'text' in part ? [String(part.text)] : []))
  return texts.join('\n').replaceAll('\0', ' ').toWellFormed()
}
