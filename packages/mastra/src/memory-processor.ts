import { MemoryError } from '@agentmem/core'
import type { Memory, OwnScope } from '@agentmem/core'
import {
  attemptFor,
  joinedText,
  optional,
  readOptions,
  recallNotes,
  requireOwner,
  scopeOrFunction,
  storedMessages,
  turnOptionTable,
  withNotes,
} from '@agentmem/core/adapter'
import type { TurnOptions } from '@agentmem/core/adapter'
import type { AgentMessage, MemoryProcessor, ProcessorCall } from './processor.ts'

/** Whose memories a request is about, from what the host says of it. Never from its messages. */
export type ScopeOfRequest = (request: {
  /** The `resource` of the request. */
  readonly resourceId: string | undefined
  /** The `thread` of the request. */
  readonly threadId: string | undefined
  readonly requestContext: ProcessorCall['requestContext']
}) => OwnScope | Promise<OwnScope>

export interface MemoryProcessorOptions extends TurnOptions {
  /** Whose memories. Default: of the user whom the Memory is bound to, otherwise of the `resource` of the request. */
  readonly scope?: OwnScope | ScopeOfRequest | undefined
  /** What is stored when an answer is complete. Default 'user': what the user said. */
  readonly store?: TurnOptions['store']
}

const door = 'memoryProcessor'
const id = 'agentmem'
const optionTable = { scope: optional(scopeOrFunction<ScopeOfRequest>()), ...turnOptionTable('user') }

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
  const { scope, ...turn } = readOptions(door, options, optionTable)

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
    return requireOwner(Object.keys(named).length === 0 ? memory : memory.scope(named), door)
  }

  return {
    id,

    async processInput({ messages, messageList, ...call }) {
      await attemptFor(door, turn.onError, async () => {
        const owner = (): Promise<Memory> => ownerOf(call, messages)
        const notes = await recallNotes(userText(messages), owner, turn, call.abortSignal)
        if (notes !== undefined) call.state[id] = notes
      })
      return messageList
    },

    async processLLMRequest({ prompt, state }) {
      const notes = state[id]
      return { prompt: typeof notes === 'string' ? withNotes(prompt, notes) : prompt }
    },

    async processOutputResult({ messages, messageList, ...call }) {
      const asked = messageList.get.input.db()
      const all = [...asked, ...messages]
      const turnTexts = { user: userText(asked), assistant: textOf(messages, 'assistant') }
      const said = storedMessages(turnTexts, turn.store)
      if (said.length === 0) return messageList
      await attemptFor(door, turn.onError, async () => {
        const owner = await ownerOf(call, all)
        const threadId = all.findLast(message => message.threadId)?.threadId
        const run = threadId === undefined || owner.bound.runId ? {} : { runId: threadId }
        await owner.addBatch(said, { ...run, dedupe: true, signal: call.abortSignal })
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
  return joinedText(texts)
}
