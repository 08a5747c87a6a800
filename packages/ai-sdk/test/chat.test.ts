import { freshFolder } from '@agentmem/conformance'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { Memory } from '@agentmem/core'
import { memoryTools, withMemory } from '@agentmem/ai-sdk'
import { openSqliteStore } from '@agentmem/sqlite'
import { generateText, streamText } from 'ai'
import * as ai5 from 'ai5'
import * as ai6 from 'ai6'
import { createOpenAICompatible as createForAi5 } from 'openai-compatible5'
import { createOpenAICompatible as createForAi6 } from 'openai-compatible6'
import { expect, test } from 'vitest'
import { startLoopback } from './loopback-server.ts'

const providers = [
  [
    '@ai-sdk/openai-compatible',
    (baseURL: string) => createOpenAICompatible({ name: 'loopback', baseURL }).chatModel('fixed'),
  ],
  ['@ai-sdk/openai', (baseURL: string) => createOpenAI({ baseURL, apiKey: 'none' }).chat('fixed')],
] as const

test.each(providers)(
  '%s: what was said in one conversation is in the prompt of the next',
  async (_name, modelAt) => {
    await using server = await startLoopback()
    await using folder = await freshFolder()
    await using memory = await Memory.open({ store: await openSqliteStore({ path: folder.file() }) })
    const model = withMemory(modelAt(server.baseURL), memory.scope({ userId: 'ana' }), { store: 'all' })
    const tools = memoryTools(memory.scope({ userId: 'ana' }))

    await generateText({ model, prompt: 'My train to Porto leaves on Monday.' })
    const { textStream } = streamText({ model, prompt: 'When does my train leave?', tools })
    const answer = await Array.fromAsync(textStream)
    expect(answer.join('')).toBe('It leaves at nine.')
    expect(answer.length).toBeGreaterThan(1)

    const [, second] = server.requests
    const asked = JSON.stringify(second?.body.messages)
    expect(asked).toContain('<memories>')
    expect(asked).toContain('My train to Porto leaves on Monday.')
    expect(second?.body.messages?.map(({ role }) => role)).toEqual(['user'])
    expect(second?.body.tools).toHaveLength(3)
    const { results } = await memory.getAll({ userId: 'ana', order: { by: 'createdAt', direction: 'asc' } })
    expect(results.map(({ role, memory: text }) => `${role}: ${text}`)).toEqual([
      'user: My train to Porto leaves on Monday.',
      'assistant: It leaves at nine.',
      'user: When does my train leave?',
    ])
  },
)

/** A conversation of two messages on a model with a memory, by the calls of an older ai: the pieces of the second answer. */
const older = [
  [
    'ai 6',
    async (baseURL: string, ana: Memory) => {
      const chat = createForAi6({ name: 'loopback', baseURL }).chatModel('fixed')
      const model = withMemory(chat, ana, { store: 'all' })
      await ai6.generateText({ model, prompt: 'My train to Porto leaves on Monday.' })
      const tools = memoryTools(ana)
      return Array.fromAsync(ai6.streamText({ model, prompt: 'When does my train leave?', tools }).textStream)
    },
  ],
  [
    'ai 5',
    async (baseURL: string, ana: Memory) => {
      const chat = createForAi5({ name: 'loopback', baseURL }).chatModel('fixed')
      const model = withMemory(chat, ana, { store: 'all' })
      await ai5.generateText({ model, prompt: 'My train to Porto leaves on Monday.' })
      // Its types know zod's schemas and its own alone.
      const tools = memoryTools(ana) as unknown as ai5.ToolSet
      return Array.fromAsync(ai5.streamText({ model, prompt: 'When does my train leave?', tools }).textStream)
    },
  ],
] as const

test.each(older)(
  '%s, with its own provider on a real endpoint: recalled, streamed and stored',
  async (_name, talk) => {
    await using server = await startLoopback()
    await using folder = await freshFolder()
    await using memory = await Memory.open({ store: await openSqliteStore({ path: folder.file() }) })
    const answer = await talk(server.baseURL, memory.scope({ userId: 'ana' }))
    expect(answer.join('')).toBe('It leaves at nine.')
    expect(answer.length).toBeGreaterThan(1)
    const [, second] = server.requests
    expect(second?.body).toMatchObject({ stream: true })
    expect(second?.body.tools).toHaveLength(3)
    expect(JSON.stringify(second?.body.messages)).toMatch(/<memories>.*My train to Porto leaves on Monday\./)
    expect(await memory.count({ userId: 'ana' })).toBe(3)
  },
)

test('a call of a model that never answers ends with its signal, and stores nothing', async () => {
  await using server = await startLoopback()
  await using folder = await freshFolder()
  await using memory = await Memory.open({ store: await openSqliteStore({ path: folder.file() }) })
  server.misbehave('silence')
  const [, [, modelAt]] = providers
  const model = withMemory(modelAt(server.baseURL), memory.scope({ userId: 'ana' }))
  const abortSignal = AbortSignal.timeout(200)
  await expect(generateText({ model, prompt: 'My train leaves.', abortSignal })).rejects.toThrow(
    /abort|time/i,
  )
  expect(await memory.count({ userId: 'ana' })).toBe(0)
})
