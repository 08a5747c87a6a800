import { MemoryError } from '@agentmem/core'
import type { Memory, MessageInput, Scope } from '@agentmem/core'
import {
  callback,
  isNotesBlock,
  notesBlock,
  number,
  oneOf,
  optional,
  readOptions,
  requireOwner,
  whole,
} from '@agentmem/core/adapter'
import type { OptionReader } from '@agentmem/core/adapter'
import { textsOf } from './language-model.ts'
import type { CallParams, GenerateResult, StreamResult } from './language-model.ts'

/** Whose memories, within the tenant of a Memory. */
export type OwnScope = Omit<Scope, 'orgId'>

/** Whose memories a call is about, from what the host has put into it, such as `providerOptions`. Never from the prompt. */
export type ScopeOfCall = (params: CallParams) => OwnScope | Promise<OwnScope>

export interface MemoryMiddlewareOptions {
  /** Whose memories. Default: those that the Memory is bound to. */
  readonly scope?: OwnScope | ScopeOfCall | undefined
  /** How many memories at most, 0 to 100, default 5. 0: nothing is recalled. */
  readonly topK?: number | undefined
  /** The lowest score of a memory that is recalled, -1 to 1, default 0.1. */
  readonly threshold?: number | undefined
  /** How many characters of memories at most, 100 to 1,000,000, default 4,000. */
  readonly maxChars?: number | undefined
  /** What is stored when an answer is complete: what the user said, also what the model said, or nothing. */
  readonly store?: 'user' | 'all' | false | undefined
  /** Told when recalling or storing failed; the model is asked without. Default: the call of the model fails. */
  readonly onError?: ((error: MemoryError) => unknown) | undefined
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

const scopes: OptionReader<OwnScope | ScopeOfCall> = {
  allowed: "a scope, such as { userId: 'ana' }, or a function that returns one",
  read: value => {
    const known = typeof value === 'function' || (typeof value === 'object' && value !== null)
    return known ? { value: value as OwnScope | ScopeOfCall } : undefined
  },
}
const stores: OptionReader<'user' | 'all' | false> = {
  ...oneOf(['user', 'all']),
  allowed: "'user', 'all' or false",
  read: value => (value === 'user' || value === 'all' || value === false ? { value } : undefined),
  preset: { value: false },
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
  const { scope, topK, threshold, maxChars, store, onError } = readOptions(
    'memoryMiddleware',
    given,
    optionTable,
  )
  const ownerOf = (named: OwnScope | undefined): Memory =>
    requireOwner(named === undefined ? memory : memory.scope(named), 'memoryMiddleware')
  if (typeof scope !== 'function') ownerOf(scope)

  const withOwner = async (params: CallParams, work: (owner: Memory) => Promise<void>): Promise<void> => {
    try {
      const named = typeof scope === 'function' ? await scope(params) : scope
      await work(ownerOf(named))
    } catch (error) {
      const failed = MemoryError.from(error, 'memoryMiddleware failed')
      if (onError === undefined || failed.code === 'ABORTED') throw failed
      onError(failed)
    }
  }

  const remember = async (params: CallParams, answer: string): Promise<void> => {
    const asked = params.prompt.at(-1)?.role === 'user' ? userText(params) : ''
    const said: MessageInput[] = [
      { role: 'user', content: asked },
      { role: 'assistant', content: store === 'all' ? answer : '' },
    ].filter(({ content }) => content.trim() !== '')
    if (store === false || said.length === 0) return
    await withOwner(params, async owner => {
      await owner.addBatch(said, { dedupe: true, signal: params.abortSignal })
    })
  }

  return {
    specificationVersion: version,

    async transformParams({ params }) {
      const query = userText(params).slice(0, queryLength).toWellFormed()
      if (topK === 0 || query.trim() === '') return params
      let notes: string | undefined
      await withOwner(params, async owner => {
        const { results } = await owner.search(query, { topK, threshold, signal: params.abortSignal })
        if (results.length > 0) notes = notesBlock(results, { maxChars })
      })
      if (notes === undefined) return params
      const block = { type: 'text', text: notes }
      const asked = params.prompt.findLastIndex(({ role }) => role === 'user')
      const prompt = params.prompt.map((message, i) =>
        i === asked ? { ...message, content: [block, ...(message.content as unknown[])] } : message,
      )
      return { ...params, prompt }
    },

    async wrapGenerate({ params, doGenerate }) {
      const result = await doGenerate()
      await remember(params, said(textsOf(result.content)))
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
            if (!failed) await remember(params, said([answer.join('')]))
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
  return said(textsOf(content).filter(text => !isNotesBlock(text)))
}

/** Texts as a memory can hold them. */
function said(texts: readonly string[]): string {
  return texts.join('\n').replaceAll('\0', ' ').toWellFormed()
}
