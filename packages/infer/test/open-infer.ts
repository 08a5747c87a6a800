import { ModelScript, modelServer } from '@agentmem/conformance'
import type { ModelServer } from '@agentmem/conformance'
import { MapStore, Memory } from '@agentmem/core'
import type { InferOptions, InferResult, MessageInput } from '@agentmem/core'
import { openModelExtractor } from '@agentmem/infer'
import type { ModelExtractorOptions } from '@agentmem/infer'
import { openOpenAIModel } from '@agentmem/openai'
import { onTestFinished } from 'vitest'

export const ana = { userId: 'ana' }

export interface OpenedInfer {
  readonly memory: Memory
  readonly script: ModelScript
  readonly server: ModelServer
  /** What the memory takes for now. */
  readonly clock: { now: number }
  /** Adds messages of Ana with `infer`. */
  readonly said: (...messages: readonly (string | MessageInput)[]) => Promise<InferResult>
  /** The texts of Ana's facts that are in force. */
  readonly facts: () => Promise<string[]>
}

/** A Memory on a model behind an address, all the way to a server that answers by a script. */
export async function openInfer(
  options: Omit<ModelExtractorOptions, 'model'> & {
    readonly infer?: InferOptions
    readonly countTokens?: (text: string) => number
  } = {},
): Promise<OpenedInfer> {
  const { infer, countTokens, ...extractorOptions } = options
  const script = new ModelScript()
  const server = await modelServer(script)
  const model = await openOpenAIModel({ model: 'm', baseUrl: server.baseUrl, maxRetries: 0, countTokens })
  const clock = { now: Date.UTC(2026, 2, 10, 9) }
  const memory = await Memory.open({
    store: new MapStore(),
    extractor: openModelExtractor({ model, ...extractorOptions }),
    infer,
    now: () => clock.now,
  })
  onTestFinished(async () => {
    await memory.close()
    await server[Symbol.asyncDispose]()
  })
  return {
    memory,
    script,
    server,
    clock,
    said: (...messages) => memory.add(messages, { ...ana, infer: true }),
    facts: async () => {
      const { results } = await memory.getAll({ ...ana, where: { origin: 'model' } })
      return results.map(result => result.memory).toSorted()
    },
  }
}
