import { describe, expect, test } from 'vitest'
import { readOptions } from '../../src/adapter-kit/read-options.ts'
import {
  attemptFor,
  joinedText,
  recallNotes,
  scopeOrFunction,
  storedMessages,
  turnOptionTable,
  withNotes,
} from '../../src/adapter-kit/turn-memory.ts'
import { MemoryError } from '../../src/contracts/errors.ts'

const settings = readOptions('door', {}, turnOptionTable('user'))
const tea = { id: 'm1', memory: 'Tea', createdAt: Date.UTC(2026, 0, 2) }

describe('what is recalled', () => {
  test('is searched by the first 2,000 characters, none of them half of one', async () => {
    const asked: unknown[] = []
    const owner = { search: async (...call: unknown[]) => (asked.push(call), { results: [tea] }) }
    const signal = new AbortController().signal
    const notes = await recallNotes(`${'x'.repeat(1_999)}😀`, () => owner, settings, signal)
    expect(notes).toContain('- 2026-01-02: Tea')
    expect(asked).toEqual([[`${'x'.repeat(1_999)}\uFFFD`, { topK: 5, threshold: 0.1, signal }]])
  })

  test('is nothing, and nobody is asked, for an empty text or a topK of 0', async () => {
    const owner = (): never => {
      throw new Error('asked')
    }
    expect(await recallNotes(' \n', owner, settings, undefined)).toBeUndefined()
    expect(await recallNotes('tea', owner, { ...settings, topK: 0 }, undefined)).toBeUndefined()
  })

  test('stands before the last message of the user, and changes no other', () => {
    const prompt = [
      { role: 'user', content: [1] },
      { role: 'user', content: [2] },
      { role: 'tool', content: [3] },
    ]
    const block = { type: 'text', text: 'notes' }
    expect(withNotes(prompt, 'notes')).toEqual([prompt[0], { role: 'user', content: [block, 2] }, prompt[2]])
  })
})

test.each([
  { store: 'user', kept: ['user: a'] },
  { store: 'all', kept: ['user: a', 'assistant: b'] },
  { store: false, kept: [] },
] as const)('store: $store keeps $kept', ({ store, kept }) => {
  const said = storedMessages({ user: 'a', assistant: 'b' }, store)
  expect(said.map(({ role, content }) => `${role}: ${content}`)).toEqual(kept)
  expect(storedMessages({ user: ' ', assistant: '\n' }, store)).toEqual([])
})

test('a text of several has no zero and no half character', () => {
  expect(joinedText(['a\0b', 'c\uD83D'])).toBe('a b\nc\uFFFD')
})

describe('work that fails', () => {
  const failing = (error: unknown) => async () => {
    throw error
  }

  test('is told to onError, and goes on', async () => {
    const told: MemoryError[] = []
    await attemptFor('door', error => told.push(error), failing(new Error('no disk')))
    expect(told).toMatchObject([
      { code: 'BACKEND', message: expect.stringContaining('door failed') as string },
    ])
  })

  test('throws where nobody is told, and when a signal ended it', async () => {
    const aborted = new MemoryError('ABORTED', 'ended')
    await expect(attemptFor('door', undefined, failing(new Error('no disk')))).rejects.toThrow('no disk')
    await expect(attemptFor('door', () => undefined, failing(aborted))).rejects.toBe(aborted)
  })
})

test.each([
  [{ topK: 101 }, 'topK: 101'],
  [{ store: 'assistant' }, 'store: "assistant"'],
  [{ scope: 7 }, 'scope: 7'],
])('options such as %j are refused with what is allowed', (given, message) => {
  const table = { scope: scopeOrFunction(), ...turnOptionTable(false) }
  expect(() => readOptions('door', { scope: {}, ...given }, table)).toThrow(message)
})
