import { ModelScript, modelServer } from '@agentmem/conformance'
import type { ModelServer } from '@agentmem/conformance'
import type { LanguageModel, ModelRequest } from '@agentmem/core/adapter'
import { openOpenAIModel } from '@agentmem/openai'
import type { OpenAIModelOptions } from '@agentmem/openai'
import { expect, onTestFinished, test } from 'vitest'

const request: ModelRequest = {
  id: 'one',
  system: 'Answer with JSON.',
  user: '{}',
  name: 'facts',
  schema: { type: 'object', properties: {}, required: [], additionalProperties: false },
  maxOutputTokens: 100,
}
const two = [request, { ...request, id: 'two' }]

interface Opened {
  readonly script: ModelScript
  readonly server: ModelServer
  readonly model: LanguageModel
  readonly submit: NonNullable<LanguageModel['submit']>
  readonly collect: NonNullable<LanguageModel['collect']>
}

async function opened(options: Partial<OpenAIModelOptions> = {}): Promise<Opened> {
  const script = new ModelScript()
  const server = await modelServer(script)
  const model = await openOpenAIModel({ model: 'm', baseUrl: server.baseUrl, retryDelayMs: 0, ...options })
  onTestFinished(async () => {
    await model.close()
    await server[Symbol.asyncDispose]()
  })
  if (!model.submit || !model.collect) throw new Error('it takes no deferred work')
  return { script, server, model, submit: model.submit.bind(model), collect: model.collect.bind(model) }
}

test('a job is a file and a batch of it, and each line is the request that a call would be', async () => {
  const { script, server, model, submit, collect } = await opened({ parameters: { temperature: 0 } })
  script.when('', { says: 'a' }, { says: 'b' }, { says: 'c' })
  const ticket = await submit(two)
  expect(server.calls).toEqual(['POST /files', 'POST /batches'])
  await model.generate([request])
  expect(server.bodies[0]).toEqual(server.bodies[2])
  expect(await collect(ticket)).toBeUndefined()
  expect(await collect(ticket)).toMatchObject([{ text: 'a' }, { text: 'b' }])
  expect(server.calls.slice(3)).toEqual([
    'GET /batches/job_0',
    'GET /batches/job_0',
    'GET /files/file_1/content',
  ])
  expect(model.counters).toMatchObject({ input: 30, output: 15, requests: 6, retries: 0 })
})

test('another process collects it', async () => {
  const { script, server, submit } = await opened()
  script.when('', { says: 'a' }, { says: 'b' })
  const ticket = await submit(two)
  const other = await openOpenAIModel({ model: 'm', baseUrl: server.baseUrl })
  onTestFinished(() => other.close())
  await other.collect?.(ticket)
  expect(await other.collect?.(ticket)).toMatchObject([{ text: 'a' }, { text: 'b' }])
})

test('a batch whose answer got lost on the way is found, and not paid for again', async () => {
  const { script, server, submit, collect } = await opened({ maxRetries: 3 })
  script.when('', { says: 'a' }, { says: 'b' })
  let breaks = 1
  server.breaks = call => call === 'POST /batches' && breaks-- > 0
  const ticket = await submit(two)
  expect(server.calls).toEqual(['POST /files', 'POST /batches', 'GET /batches'])
  expect(script.jobs.jobs).toHaveLength(1)
  await collect(ticket)
  expect(await collect(ticket)).toMatchObject([{ text: 'a' }, { text: 'b' }])
})

test.each([
  ['expired', 'UNAVAILABLE', /could not be executed in time/],
  ['failed', 'UNAVAILABLE', /is failed \(Too many tokens wait\.\), without an answer/],
] as const)('of a job that %s, requests without an answer have an error', async (end, code, message) => {
  const { script, submit, collect } = await opened()
  script.when('', { says: 'a' })
  script.jobs.end = end
  script.jobs.polls = 0
  const answers = await collect(await submit(two))
  expect(answers?.at(-1)).toMatchObject({
    error: { code, message: expect.stringMatching(message) as string },
  })
})

test('an endpoint without files and batches is UNSUPPORTED', async () => {
  const { server, submit, script } = await opened()
  server.hasBatches = false
  await expect(submit(two)).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: expect.stringMatching(/needs \/files and \/batches; use generate/) as string,
  })
  expect(script.requests).toEqual([])
})

test('what is no ticket is INVALID_ARGUMENT', async () => {
  const { collect } = await opened()
  await expect(collect('job_0')).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(/a ticket that submit gave, not "job_0"/) as string,
  })
})

test('the query of the address goes along, and files are read as they are', async () => {
  const { script, server } = await opened()
  const model = await openOpenAIModel({
    model: 'm',
    baseUrl: `${server.baseUrl}?api-version=1`,
    retryDelayMs: 0,
  })
  onTestFinished(() => model.close())
  // One line alone, with an error in it, is no error of the endpoint.
  script.when('', { fails: 429 })
  script.jobs.polls = 0
  const ticket = await model.submit?.([request])
  const answers = await model.collect?.(ticket ?? '')
  expect(answers).toMatchObject([{ error: { code: 'UNAVAILABLE' } }])
  expect(server.calls).toEqual([
    'POST /files',
    'POST /batches',
    'GET /batches/job_0',
    'GET /files/file_1/content',
  ])
})
