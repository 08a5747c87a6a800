import { inspect } from 'node:util'
import { openOpenAIEmbedder } from '@agentmem/openai'
import type { OpenAIEmbedderOptions } from '@agentmem/openai'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { behaveWell, dimensions, startServer } from './embeddings-server.ts'
import type { EmbeddingsBehaviour } from './embeddings-server.ts'
import { refusal } from './json-server.ts'
import type { Reply } from './json-server.ts'
import { openOnServer } from './open-on-server.ts'

const key = 'sk-proj-0123456789abcdef'
const token = 'header-secret-42'

/** Everything that a log could show of a value. */
function shown(value: unknown): string {
  return inspect(value, { depth: Infinity, showHidden: true, getters: true }) + JSON.stringify(value)
}

async function failureOf(
  behave: EmbeddingsBehaviour,
  options: Partial<OpenAIEmbedderOptions> = {},
): Promise<unknown> {
  await using opened = await openOnServer(behave, {
    apiKey: key,
    headers: { 'x-token': token },
    maxRetries: 0,
    ...options,
  })
  const error: unknown = await opened.embedder.embed(['text']).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(Error)
  return error
}

describe('the key and the headers are in no error', () => {
  const leak = `the key ${key} and the header ${token}`
  test.each<[string, Reply, Partial<OpenAIEmbedderOptions>]>([
    ['that quotes them as 400', refusal(400, leak), {}],
    ['that quotes a part of them as 401', refusal(401, `Incorrect API key: ${key.slice(0, 12)}***`), {}],
    ['that quotes them as 404', refusal(404, leak), {}],
    ['that quotes them as 500', refusal(500, leak), {}],
    ['that quotes them in plain text', { status: 500, body: leak }, {}],
    ['of an answer that is no JSON', { body: leak }, {}],
    ['of an answer that breaks off', 'hang up', {}],
    ['of a timeout', 'silence', { timeoutMs: 50 }],
  ])('%s', async (_what, reply, options) => {
    const error = shown(await failureOf(() => reply, options))
    expect(error).not.toContain(key.slice(0, 12))
    expect(error).not.toContain(token)
  })

  test('of a server that is not there', async () => {
    const server = await startServer()
    await server.close()
    const error = shown(await failureOf(behaveWell, { baseUrl: server.baseUrl }))
    expect(error).toContain('ECONNREFUSED')
    expect(error).not.toContain(key)
    expect(error).not.toContain(token)
  })

  test.each([
    ['a key with a line break', { apiKey: `${key}\n` }],
    ['a key with a space', { apiKey: `${key} x` }],
    ['a key that is no string', { apiKey: [key] as never }],
    ['a header that is no string', { headers: { 'x-token': token, 'x-number': 1 as never } }],
    ['a header with a line break', { headers: { 'x-token': `${token}\r\nx: y` } }],
    ['a header with letters that HTTP has not', { headers: { 'x-token': `${token}…` } }],
    ['a password in the baseUrl', { baseUrl: `http://user:${key}@127.0.0.1/v1` }],
    ['a password with an @ and a /', { baseUrl: `http://user:top@${key}/1@127.0.0.1/v1` }],
    ['a password with a #', { baseUrl: `http://${key}:12#x@127.0.0.1/v1` }],
    ['a key in the path of what is no address', { baseUrl: `127.0.0.1/${key}` }],
  ])('about %s', async (_what, options) => {
    const opening = openOpenAIEmbedder({
      model: 'hash',
      dimensions,
      baseUrl: 'http://127.0.0.1/v1',
      ...options,
    })
    const error: unknown = await opening.catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(shown(error)).not.toContain(key)
    expect(shown(error)).not.toContain(token)
  })
})

test('the key is not in the embedder, its stats or its identity', async () => {
  await using opened = await openOnServer(behaveWell, { apiKey: key })
  const { embedder } = opened
  await embedder.embed(['text'])
  expect(shown([embedder, embedder.stats(), embedder.model])).not.toContain(key)
})

describe('the key of the environment', () => {
  afterEach(() => vi.unstubAllEnvs())

  test('is not sent to a host other than api.openai.com', async () => {
    vi.stubEnv('OPENAI_API_KEY', key)
    await using opened = await openOnServer()
    await opened.embedder.embed(['text'])
    expect(opened.server.requests[0]?.headers).not.toHaveProperty('authorization')
  })

  test('is taken for api.openai.com; one with a space, or none, is an error', async () => {
    vi.stubEnv('OPENAI_API_KEY', `${key}\n`)
    await using embedder = await openOpenAIEmbedder({ model: 'text-embedding-3-small' })
    expect(embedder).toMatchObject({ model: 'text-embedding-3-small', dimensions: 1536, maxTokens: 8192 })
    vi.stubEnv('OPENAI_API_KEY', `${key} x`)
    const error: unknown = await openOpenAIEmbedder({ model: 'text-embedding-3-small' }).catch(
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('a key in OPENAI_API_KEY with a space') as string,
    })
    expect(shown(error)).not.toContain(key)
    vi.stubEnv('OPENAI_API_KEY', '')
    await expect(openOpenAIEmbedder({ model: 'text-embedding-3-small' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('OPENAI_API_KEY') as string,
    })
  })
})
