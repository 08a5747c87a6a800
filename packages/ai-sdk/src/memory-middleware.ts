import type { Memory, OwnScope } from '@agentmem/core'
import {
  attemptFor,
  isNotesBlock,
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
import { textsOf } from './language-model.ts'
import type { CallParams, GenerateResult, StreamResult } from './language-model.ts'

/** Whose memories a call is about, from what the host has put into it, such as `providerOptions`. Never from the prompt. */
export type ScopeOfCall = (params: CallParams) => OwnScope | Promise<OwnScope>

export interface MemoryMiddlewareOptions extends TurnOptions {
  /** Whose memories. Default: those that the Memory is bound to. */
  readonly scope?: OwnScope | ScopeOfCall | undefined
  /** What is stored when an answer is complete. Default of the middleware false: nothing; of `withMemory` 'user'. */
  readonly store?: TurnOptions['store']
}

/** A middleware of ai 7 (`'v4'`) or ai 6 (`'v3'`), for its `wrapLanguageModel`. */
export interface MemoryMiddleware<Version extends string = 'v4'> {
  readonly specificationVersion: Version
  transformParams<Params extends CallParams>(call: { readonly params: Params }): Promise<Params>
  wrapGenerate<Result extends GenerateResult>(call: {
    readonly params: CallParams
    readonly doGenerate: () => PromiseLike<Result>
  }): Promise<Result>
  wrapStream<Result extends StreamResult>(call: {
    readonly params: CallParams
    readonly doStream: () => PromiseLike<Result>
  }): Promise<Result>
}

const door = 'memoryMiddleware'
const optionTable = { scope: optional(scopeOrFunction<ScopeOfCall>()), ...turnOptionTable(false) }

/**
 * Recalls memories by the last message of the user, and puts them before it, as data between fixed marks; stores what was
 * said when the answer is complete, also at the end of a stream. `version` is that of the middleware: 'v3' for ai 6.
 *
 * @example
 * const model = wrapLanguageModel({ model: openai('gpt-5'), middleware: memoryMiddleware(memory.scope({ userId: 'ana' })) })
 */
export function memoryMiddleware<Version extends 'v3' | 'v4' = 'v4'>(
  memory: Memory,
  options: MemoryMiddlewareOptions & { readonly version?: Version | undefined } = {},
): MemoryMiddleware<Version> {
  const { version = 'v4' as Version, ...given } = options
  const { scope, ...turn } = readOptions(door, given, optionTable)
  const ownerNamed = (named: OwnScope | undefined): Memory =>
    requireOwner(named === undefined ? memory : memory.scope(named), door)
  if (typeof scope !== 'function') ownerNamed(scope)
  const ownerOf = async (params: CallParams): Promise<Memory> =>
    ownerNamed(typeof scope === 'function' ? await scope(params) : scope)

  const remember = async (params: CallParams, assistant: string): Promise<void> => {
    const user = params.prompt.at(-1)?.role === 'user' ? userText(params) : ''
    const said = storedMessages({ user, assistant }, turn.store)
    if (said.length === 0) return
    await attemptFor(door, turn.onError, async () => {
      const owner = await ownerOf(params)
      await owner.addBatch(said, { dedupe: true, signal: params.abortSignal })
    })
  }

  return {
    specificationVersion: version,

    async transformParams({ params }) {
      let notes: string | undefined
      await attemptFor(door, turn.onError, async () => {
        notes = await recallNotes(userText(params), () => ownerOf(params), turn, params.abortSignal)
      })
      return notes === undefined ? params : { ...params, prompt: withNotes(params.prompt, notes) }
    },

    async wrapGenerate({ params, doGenerate }) {
      const result = await doGenerate()
      await remember(params, joinedText(textsOf(result.content)))
      return result
    },

    async wrapStream({ params, doStream }) {
      const result = await doStream()
      const answer: string[] = []
      let failed = false
      const watched = result.stream.pipeThrough(
        new TransformStream<{ readonly type: string }, { readonly type: string }>({
          transform(part, controller) {
            if (part.type === 'text-delta' && 'delta' in part) answer.push(String(part.delta))
            failed ||= part.type === 'error'
            controller.enqueue(part)
          },
          flush: async () => {
            if (!failed) await remember(params, joinedText([answer.join('')]))
          },
        }),
      )
      return { ...result, stream: watched }
    },
  }
}

/** What the user said last, without what was recalled for it. */
function userText({ prompt }: CallParams): string {
  const content = prompt.findLast(({ role }) => role === 'user')?.content
  return joinedText(textsOf(content).filter(text => !isNotesBlock(text)))
}
