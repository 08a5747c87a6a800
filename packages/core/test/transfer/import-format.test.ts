import { expect, test } from 'vitest'

import type { ImportOptions } from '../../src/transfer-api.ts'
import { alice, all, exported } from '../kit/exported.ts'
import { openMemory } from '../kit/open-memory.ts'

const json = { ...alice, from: 'json' } satisfies ImportOptions
const inputs = Array.from({ length: 25 }, (_, n) => ({ content: `memory ${n}`, createdAt: n }))

async function* text(value: unknown): AsyncGenerator<string> {
  yield typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}

test('an array adds its elements in order, and adds nothing when it is read again, in either form', async () => {
  const { memory } = await openMemory()
  expect(await memory.importFrom(text(inputs), { ...json, batchSize: 7 })).toEqual({
    imported: 25,
    skipped: 0,
  })
  expect((await all(memory)).map(item => item.memory).toReversed()).toEqual(
    inputs.map(({ content }) => content),
  )
  expect(await memory.importFrom(text(inputs), json)).toEqual({ imported: 0, skipped: 25 })
  const lines = inputs.map(input => JSON.stringify(input)).join('\n')
  expect(await memory.importFrom(text(lines), alice)).toEqual({ imported: 0, skipped: 25 })
})

test('an array of an export keeps records and vectors', async () => {
  const mine = await openMemory()
  await mine.memory.add({ id: 'a', content: 'tea' }, alice)
  const target = await openMemory()
  const elements = `[${(await exported(mine.memory)).join(',')}]`
  expect(await target.memory.importFrom(text(elements), { from: 'json' })).toEqual({
    imported: 1,
    skipped: 0,
  })
  expect(target.embedder.calls).toEqual([])
  expect(await all(target.memory)).toMatchObject([{ id: 'a', memory: 'tea' }])
})

test.each([
  ['[{"content":"tea"},{"content":"milk"},{"content":7}]', /^Element 3: content .*The 2 .*mend it and/],
  ['[{"content":"tea"},{"content":"milk"},{"colour":7}]', /^Element 3: .*colour.*The 2 memories before it/],
  ['[{"content":"tea"},{"content":"milk"},{"content":"a"]', /^Element 3: The array has no end.*The 2 mem/],
  ['[{"content":"tea"},{"content":"milk"},{"content":}]', /^Element 3: This is no JSON.*The 2 memories/],
  ['[{"content":"tea"},{"content":"milk"},]', /^Element 3: There is no element beside a comma.*The 2 mem/],
])('of %s the element is named, and those before it are stored', async (file, message) => {
  const { memory, store } = await openMemory()
  await expect(memory.importFrom(text(file), json)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(message),
  })
  expect((await store.stats()).memories).toBe(2)
})

test('a file that is no array, and a format that is not known, are refused', async () => {
  const { memory } = await openMemory()
  await expect(memory.importFrom(text('{"content":"tea"}\n'), json)).rejects.toThrow(/no JSON array; lines/)
  for (const from of ['csv', 'toString', null, 7]) {
    const wrong = { ...alice, from } as unknown as ImportOptions
    await expect(memory.importFrom(text(inputs), wrong)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  }
})
