import { freshFolder } from '@agentmem/conformance'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { Memory } from '@agentmem/core'
import { memoryTools, withMemory } from '@agentmem/ai-sdk'
import { openSqliteStore } from '@agentmem/sqlite'
import { generateText, streamText } from 'ai'
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
