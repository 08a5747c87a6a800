import { setTimeout } from 'node:timers/promises'
import { ModelScript, modelCases, registerCases } from '@agentmem/conformance'
import type { ScriptedAnswer } from '@agentmem/conformance'
import { fromAiSdk } from '@agentmem/ai-sdk'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { APICallError } from 'ai'
import { MockLanguageModelV3, MockLanguageModelV4 } from 'ai/test'
import { MockLanguageModelV3 as MockOfAi6 } from 'ai6/test'
import { describe, expect, it, test } from 'vitest'
import { startLoopback } from './loopback-server.ts'

interface Asked {
  readonly prompt: readonly { readonly role: string; readonly content: unknown }[]
  readonly responseFormat?: { readonly type: string; readonly schema?: unknown } | undefined
  readonly maxOutputTokens?: number | undefined
  readonly abortSignal?: AbortSignal | undefined
}

const finishes = { stop: 'stop', length: 'length', refused: 'content-filter' } as const

/** What a model of the AI SDK does by a script. */
const scripted =
  (script: ModelScript) =>
  async ({ prompt, responseFormat, maxOutputTokens = 0, abortSignal: signal }: Asked) => {
    const [system = '', user = ''] = prompt.map(({ content }) =>
      typeof content === 'string'
        ? content
        : (content as { text: string }[]).map(({ text }) => text).join(''),
    )
    const answer: ScriptedAnswer = script.take({
      system,
      user,
      schema: responseFormat?.schema,
      maxOutputTokens,
    }) ?? {
      fails: 500,
    }
    const { says = '{}', finish = 'stop', fails, takes = 0, usage = { input: 1, output: 1 } } = answer
    if (takes > 0) await setTimeout(takes, undefined, { signal })
    if (fails !== undefined) {
      const message = `status ${fails}`
      throw new APICallError({ message, url: 'http://x', requestBodyValues: { user }, statusCode: fails })
    }
    return {
      content: [{ type: 'text' as const, text: typeof says === 'string' ? says : JSON.stringify(says) }],
      finishReason: { unified: finishes[finish], raw: finish },
      usage: {
        inputTokens: { total: usage.input, noCache: usage.input, cacheRead: 3, cacheWrite: 0 },
        outputTokens: { total: usage.output, text: usage.output, reasoning: 0 },
      },
      warnings: [],
    }
  }

describe.each([
  ['V4 of ai 7', MockLanguageModelV4],
  ['V3 of ai 7', MockLanguageModelV3],
  ['V3 of ai 6', MockOfAi6],
] as const)('a model %s', (_name, Mock) => {
  registerCases(describe, it, modelCases, async () => {
    const script = new ModelScript()
    const model = fromAiSdk(new Mock({ doGenerate: scripted(script) }), { schema: 'strict' })
    return { part: { model, script }, teardown: () => model.close() }
  })
})

const request = {
  id: 'a',
  system: 'You answer with JSON.',
  user: 'the secret text',
  name: 'facts',
  schema: { type: 'object', properties: {}, required: [], additionalProperties: false },
  maxOutputTokens: 100,
}

test('a real endpoint is asked with the schema, and its tokens are counted', async () => {
  await using server = await startLoopback('{"facts":[]}')
  const provider = createOpenAICompatible({
    name: 'loopback',
    baseURL: server.baseURL,
    supportsStructuredOutputs: true,
  })
  await using model = fromAiSdk(provider.chatModel('fixed'), { schema: 'strict' })
  const [answer] = await model.generate([request])
  expect(answer).toMatchObject({ text: '{"facts":[]}', finish: 'stop', usage: { input: 1, output: 1 } })
  expect(server.requests[0]?.body).toMatchObject({
    messages: [
      { role: 'system', content: request.system },
      { role: 'user', content: request.user },
    ],
    max_tokens: 100,
    response_format: { type: 'json_schema', json_schema: { name: 'facts', schema: request.schema } },
  })
  expect(model.model).toBe('loopback.chat/fixed')
  expect(model.counters).toEqual({ requests: 1, retries: 0, input: 1, output: 1 })
})

test.each([
  [400, 'INVALID_ARGUMENT', false],
  [401, 'BACKEND', false],
  [429, 'UNAVAILABLE', true],
  [500, 'UNAVAILABLE', true],
])('a status of %i is the error of its request', async (status, code, retryable) => {
  await using server = await startLoopback()
  server.misbehave({ status })
  await using model = fromAiSdk(
    createOpenAICompatible({ name: 'loopback', baseURL: server.baseURL }).chatModel('fixed'),
  )
  const [answer] = await model.generate([request])
  expect(answer).toMatchObject({ error: { name: 'MemoryError', code, retryable } })
  expect(answer && 'error' in answer && answer.error.message).not.toContain(request.user)
})

test('so many requests are under way at once as concurrency says', async () => {
  let [running, most] = [0, 0]
  const doGenerate = async (asked: Asked) => {
    most = Math.max(most, ++running)
    await setTimeout(5)
    running--
    return scripted(new ModelScript().when('', {}))(asked)
  }
  await using model = fromAiSdk(new MockLanguageModelV4({ doGenerate }), { concurrency: 3 })
  await model.generate(Array.from({ length: 10 }, (_request, i) => ({ ...request, id: `${i}` })))
  expect(most).toBe(3)
})

test('without a schema the answer is asked for in words alone; options are checked', async () => {
  const script = new ModelScript().when('', {})
  await using model = fromAiSdk(new MockLanguageModelV4({ doGenerate: scripted(script) }), { schema: 'none' })
  await model.generate([request])
  expect(script.requests[0]?.schema).toBeUndefined()
  expect(() => fromAiSdk('gpt-5' as never)).toThrow(/a language model, such as/)
  expect(() => fromAiSdk(new MockLanguageModelV4(), { schema: 'loose' as 'none' })).toThrow(
    /'strict' or 'hint'/,
  )
})
