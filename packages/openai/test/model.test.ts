import { modelCases, ModelScript, modelServer, registerCases } from '@agentmem/conformance'
import type { ModelServer } from '@agentmem/conformance'
import type { LanguageModel, ModelRequest } from '@agentmem/core/adapter'
import { openOpenAIModel } from '@agentmem/openai'
import type { OpenAIModelOptions } from '@agentmem/openai'
import { describe, expect, it, onTestFinished, test } from 'vitest'

describe('a model behind an address', () => {
  registerCases(describe, it, modelCases, async () => {
    const script = new ModelScript()
    const server = await modelServer(script)
    const model = await openOpenAIModel({
      model: 'm',
      baseUrl: server.baseUrl,
      maxRetries: 0,
      concurrency: 10,
    })
    const teardown = async (): Promise<void> => {
      await model.close()
      await server[Symbol.asyncDispose]()
    }
    return { part: { model, script }, teardown }
  })
})

const request: ModelRequest = {
  id: 'one',
  system: 'Answer with JSON.',
  user: '{}',
  name: 'facts',
  schema: { type: 'object', properties: {}, required: [], additionalProperties: false },
  maxOutputTokens: 100,
}

async function opened(
  options: Partial<OpenAIModelOptions> = {},
): Promise<{ script: ModelScript; server: ModelServer; model: LanguageModel }> {
  const script = new ModelScript()
  const server = await modelServer(script)
  const model = await openOpenAIModel({ model: 'm', baseUrl: server.baseUrl, retryDelayMs: 0, ...options })
  onTestFinished(async () => {
    await model.close()
    await server[Symbol.asyncDispose]()
  })
  return { script, server, model }
}

test.each([
  [['json_object', 'text'], 'hint', ['json_schema', 'json_object', 'json_object']],
  [['text'], 'none', ['json_schema', 'json_object', undefined, undefined]],
] as const)('an endpoint that knows %j is asked so, and remembered', async (formats, schema, asked) => {
  const { script, server, model } = await opened()
  server.formats = formats
  script.when('', { says: { facts: [] } }, { says: { facts: [] } })
  for (let call = 0; call < 2; call++)
    expect(await model.generate([request])).toMatchObject([{ finish: 'stop' }])
  expect(model.supports.schema).toBe(schema)
  const types = server.bodies.map(body => (body['response_format'] as { type: string } | undefined)?.type)
  expect(types).toEqual(asked)
})

test('requests are tried again on 429 and 5xx, and counted', async () => {
  const { script, model } = await opened({ maxRetries: 2 })
  script.when('', { fails: 429 }, { fails: 503 }, { says: 'at last' })
  expect(await model.generate([request])).toMatchObject([{ text: 'at last' }])
  expect(model.counters).toMatchObject({ requests: 3, retries: 2 })
  script.when('', { fails: 500 }, { fails: 500 }, { fails: 500 })
  expect(await model.generate([request])).toMatchObject([{ error: { code: 'UNAVAILABLE' } }])
  script.assertPlayed()
})

test('no more requests than asked for are under way', async () => {
  const { script, model } = await opened({ concurrency: 2 })
  const ids = Array.from({ length: 6 }, (_, n) => `request-${n}`)
  script.when('', ...ids.map(() => ({ takes: 60_000 })))
  const controller = new AbortController()
  const running = model.generate(
    ids.map(id => ({ ...request, id })),
    { signal: controller.signal },
  )
  await expect.poll(() => script.requests.length).toBe(2)
  controller.abort()
  await expect(running).rejects.toMatchObject({ code: 'ABORTED' })
  expect(script.requests).toHaveLength(2)
})

test('parameters go along, and the limit of the model is kept', async () => {
  const { script, server, model } = await opened({ maxOutputTokens: 50, parameters: { temperature: 0 } })
  script.when('', {})
  await model.generate([request])
  expect(server.bodies[0]).toMatchObject({ temperature: 0, max_tokens: 50, model: 'm' })
  await expect(opened({ parameters: { messages: [] } })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})

test('an error shows no key', async () => {
  const { script, model } = await opened({ apiKey: 'sk-secret-1234', maxRetries: 0 })
  script.when('', { fails: 401 }, { fails: 500 })
  for (const call of [1, 2]) {
    const [answer] = await model.generate([{ ...request, id: String(call) }])
    expect(JSON.stringify(answer)).not.toContain('sk-secret')
    expect(answer && 'error' in answer && answer.error.message).not.toContain('sk-secret')
  }
})
