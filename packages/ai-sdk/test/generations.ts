import type { Memory } from '@agentmem/core'
import { memoryMiddleware, withMemory } from '@agentmem/ai-sdk'
import type { MemoryMiddlewareOptions } from '@agentmem/ai-sdk'
import * as ai7 from 'ai'
import * as ai6 from 'ai6'
import { MockLanguageModelV4 } from 'ai/test'
import { MockLanguageModelV3 } from 'ai6/test'

/** One message of what a model was asked. */
export interface SeenMessage {
  readonly role: string
  readonly content: unknown
}

/** A model with a memory, as a program uses it. */
export interface Talk {
  generate(prompt: string): Promise<string>
  /** Hands on each piece of the answer as it comes. */
  stream(prompt: string, onPiece?: (piece: string) => void): Promise<string>
  /** What the model was asked, a prompt for each call. */
  readonly prompts: readonly (readonly SeenMessage[])[]
}

/** What the model answers: pieces of a text, each when it is there, or an error. */
export type Answer = (prompt: readonly SeenMessage[]) => readonly (string | Promise<string>)[] | Error

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
}
const finishReason = { unified: 'stop' as const, raw: 'stop' }

function model(answer: Answer) {
  const prompts: (readonly SeenMessage[])[] = []
  const doGenerate = async ({ prompt }: { prompt: readonly SeenMessage[] }) => {
    prompts.push(prompt)
    const said = answer(prompt)
    if (said instanceof Error) throw said
    return {
      content: [{ type: 'text' as const, text: (await Array.fromAsync(said)).join('') }],
      finishReason,
      usage,
      warnings: [],
    }
  }
  const doStream = async ({ prompt }: { prompt: readonly SeenMessage[] }) => {
    prompts.push(prompt)
    const said = answer(prompt)
    const pieces = said instanceof Error ? ['half'] : said
    const stream = new ReadableStream({
      async start(controller) {
        controller.enqueue({ type: 'stream-start' as const, warnings: [] })
        controller.enqueue({ type: 'text-start' as const, id: '1' })
        for (const piece of pieces) {
          controller.enqueue({ type: 'text-delta' as const, id: '1', delta: await piece })
        }
        if (said instanceof Error) controller.enqueue({ type: 'error' as const, error: said })
        else {
          controller.enqueue({ type: 'text-end' as const, id: '1' })
          controller.enqueue({ type: 'finish' as const, finishReason, usage })
        }
        controller.close()
      },
    })
    return { stream }
  }
  return { prompts, doGenerate, doStream }
}

async function read(pieces: AsyncIterable<string>, onPiece?: (piece: string) => void): Promise<string> {
  let whole = ''
  for await (const piece of pieces) {
    onPiece?.(piece)
    whole += piece
  }
  return whole
}

type Open = (memory: Memory, options: MemoryMiddlewareOptions, answer: Answer) => Talk

const open7 =
  (
    wrapped: (
      mock: MockLanguageModelV4,
      memory: Memory,
      options: MemoryMiddlewareOptions,
    ) => ai7.LanguageModel,
  ): Open =>
  (memory, options, answer) => {
    const { prompts, ...calls } = model(answer)
    const asked = wrapped(new MockLanguageModelV4(calls), memory, options)
    const settings = { model: asked, maxRetries: 0, onError: () => undefined }
    return {
      prompts,
      generate: async prompt => (await ai7.generateText({ model: asked, maxRetries: 0, prompt })).text,
      stream: (prompt, onPiece) => read(ai7.streamText({ ...settings, prompt }).textStream, onPiece),
    }
  }

const open6 =
  (
    wrapped: (
      mock: MockLanguageModelV3,
      memory: Memory,
      options: MemoryMiddlewareOptions,
    ) => ai6.LanguageModel,
  ): Open =>
  (memory, options, answer) => {
    const { prompts, ...calls } = model(answer)
    const asked = wrapped(new MockLanguageModelV3(calls), memory, options)
    const settings = { model: asked, maxRetries: 0, onError: () => undefined }
    return {
      prompts,
      generate: async prompt => (await ai6.generateText({ model: asked, maxRetries: 0, prompt })).text,
      stream: (prompt, onPiece) => read(ai6.streamText({ ...settings, prompt }).textStream, onPiece),
    }
  }

/** The two versions of the AI SDK, each with its middleware and with `withMemory`. */
export const generations: readonly (readonly [name: string, open: Open])[] = [
  [
    'ai 7, memoryMiddleware',
    open7((mock, memory, options) =>
      ai7.wrapLanguageModel({ model: mock, middleware: memoryMiddleware(memory, options) }),
    ),
  ],
  [
    'ai 6, memoryMiddleware',
    open6((mock, memory, options) =>
      ai6.wrapLanguageModel({
        model: mock,
        middleware: memoryMiddleware(memory, { ...options, version: 'v3' }),
      }),
    ),
  ],
  ['ai 7, withMemory', open7(withMemory)],
  ['ai 6, withMemory', open6(withMemory)],
]
