import { encode } from 'gpt-tokenizer/encoding/o200k_base'
import { describe, expect, test } from 'vitest'
import { conversations } from './conversations.ts'
import { openInfer } from './open-infer.ts'

const tokensOf = (text: string): number => encode(text).length

describe.each(conversations)('a conversation in $language', ({ messages, facts }) => {
  test('becomes facts in its own words', async () => {
    const { script, said } = await openInfer()
    script.when('', { says: { facts } })
    const result = await said(...messages)
    expect(result).toMatchObject({ dropped: [], failed: [], usage: { calls: 1 } })
    expect(result.results.map(({ memory, role }) => [memory, role])).toEqual(
      facts.map(({ text }) => [text, 'user']),
    )
  })

  test('fills a window whose call is at most 1.6 times its text', async () => {
    const { script, said } = await openInfer({ countTokens: tokensOf })
    // Turns of usual length, a minute apart, until the window is full.
    const turn = messages.map(({ content }) => content).join(' ')
    const count = Math.floor(4_000 / tokensOf(turn))
    const turns = Array.from({ length: count }, (_, i) => ({
      role: i % 2 === 0 ? 'user' : 'assistant',
      content: turn,
      createdAt: Date.UTC(2026, 2, 10, 9, i),
    }))
    script.when('', { says: { facts: [] } })
    await said(...turns)
    expect(script.requests).toHaveLength(1)
    const [{ system, user, schema } = { system: '', user: '', schema: {} }] = script.requests
    const paid = tokensOf(system + user + JSON.stringify(schema))
    expect(paid / (count * tokensOf(turn))).toBeLessThan(1.6)
  })
})
