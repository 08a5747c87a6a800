import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'

import { expect, test } from 'vitest'

import { MemoryError } from '../../src/contracts/errors.ts'
import { alice, all, exported, stream } from '../kit/exported.ts'
import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const lines = Array.from({ length: 50 }, (_, n) => ({ content: `memory ${n}`, createdAt: n }))

test('passes on what its source throws, and keeps what came before', async () => {
  const { memory, store } = await openMemory()
  const failing = (async function* (): AsyncGenerator<string> {
    yield '{"content":"tea"}\n'
    throw new TypeError('the network is down')
  })()
  await expect(memory.importFrom(failing, alice)).rejects.toThrow(/^Line 2: .*the network is down.*The 1 mem/)
  expect((await store.stats()).memories).toBe(1)
})

test.each(['/no/such/file', tmpdir(), '', 'a\0'])('from %j, which is no file, is refused', async file => {
  const { memory } = await openMemory()
  await expect(memory.importFrom(file, alice)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})

test.each([null, 42, {}, undefined])('from %j, which is no source, is refused', async source => {
  const { memory } = await openMemory()
  await expect(memory.importFrom(source as string, alice)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  })
})

test('takes null for a field that was left out, as other programs write it', async () => {
  const { memory } = await openMemory()
  const nulls = { id: null, metadata: null, type: null, createdAt: null }
  const more = {
    importance: null,
    actorId: null,
    role: null,
    level: null,
    embedding: null,
    expiresAt: null,
  }
  const line = { content: 'tea', ...nulls, ...more }
  expect(await memory.importFrom(stream(line), { ...alice, expiresAt: 1 })).toEqual({
    imported: 1,
    skipped: 0,
  })
  expect(await all(memory)).toMatchObject([
    { memory: 'tea', metadata: {}, type: 'episodic', expiresAt: null },
  ])
  await expect(memory.importFrom(stream({ content: null }), alice)).rejects.toThrow(/^Line 1: content/)
})

test('refuses a whole number that would change, or keeps it as text', async () => {
  const { memory, store } = await openMemory()
  const source = () =>
    stream('{"content":"tea"}', '{"content":"milk","metadata":{"id":12345678901234567890}}')
  await expect(memory.importFrom(source(), alice)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(/^Line 2: the number 12345678901234567890 .*The 1 memories/),
  })
  expect((await store.stats()).memories).toBe(1)
  await memory.importFrom(source(), { ...alice, largeIntegers: 'text' })
  const [milk] = (await all(memory)).filter(item => item.memory === 'milk')
  expect(milk?.metadata).toEqual({ id: '12345678901234567890' })
  const wrong = { ...alice, largeIntegers: 'round' } as unknown as typeof alice
  await expect(memory.importFrom(source(), wrong)).rejects.toThrow(/largeIntegers must be/)
})

test('of a file that is one array says how it is read', async () => {
  const { memory } = await openMemory()
  await expect(memory.importFrom(stream([{ content: 'tea' }]), alice)).rejects.toThrow(
    /^Line 1: .*from: 'json'/,
  )
})

test('names the line whose text the embedder refuses, and keeps those before it', async () => {
  for (const batchSize of [1, 7, 100]) {
    const embedder = new WordEmbedder()
    const refusing = override(embedder, {
      embed: async (texts, options) => {
        if (texts.includes('memory 33')) throw new MemoryError('INVALID_ARGUMENT', 'A text is too long.')
        return embedder.embed(texts, options)
      },
    })
    const { memory, store } = await openMemory({ embedder: refusing })
    await expect(memory.importFrom(stream(...lines), { ...alice, batchSize })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(
        /^Line 34: A text is too long\. The 33 memories before it are stored; mend/,
      ),
    })
    expect((await store.stats()).memories).toBe(33)
  }
})

test('that a backend fails for a while may be repeated: nothing is tried by halves', async () => {
  const embedder = new WordEmbedder()
  let calls = 0
  const failing = override(embedder, {
    embed: async (texts, options) => {
      if (++calls > 2) throw new MemoryError('UNAVAILABLE', 'The server is away.')
      return embedder.embed(texts, options)
    },
  })
  const { memory } = await openMemory({ embedder: failing })
  await expect(memory.importFrom(stream(...lines), { ...alice, batchSize: 10 })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    retryable: true,
    message: expect.stringMatching(/^From line 21: .*The 20 memories before it are stored; import/),
  })
  expect(calls).toBe(3)
})

test('reads exports put one after the other, each with its own model', async () => {
  const mine = await openMemory()
  await mine.memory.add({ id: 'a', content: 'tea' }, alice)
  const other = await openMemory({ embedder: new WordEmbedder({ model: 'other', dimensions: 16 }) })
  await other.memory.add({ id: 'b', content: 'milk' }, alice)
  const target = await openMemory()
  const both = [...(await exported(mine.memory)), ...(await exported(other.memory))]
  expect(await target.memory.importFrom(stream(...both))).toEqual({ imported: 2, skipped: 0 })
  expect(target.embedder.calls).toEqual([['milk']])
  const marked = both.map((line, n) => (n === 2 ? `\uFEFF${line}` : line))
  expect(await target.memory.importFrom(stream(...marked))).toEqual({ imported: 0, skipped: 2 })
})

test('of plain lines before an export takes both', async () => {
  const mine = await openMemory()
  await mine.memory.add({ id: 'a', content: 'tea' }, alice)
  const target = await openMemory()
  const source = stream({ content: 'milk', id: 'b', userId: 'alice' }, ...(await exported(mine.memory)))
  expect(await target.memory.importFrom(source)).toEqual({ imported: 2, skipped: 0 })
  expect((await all(target.memory)).map(({ id }) => id).toSorted()).toEqual(['a', 'b'])
})

test('names the line of a byte that is no UTF-8, and keeps those before it', async () => {
  const { memory, store } = await openMemory()
  const bytes = Buffer.concat([
    Buffer.from('{"content":"tea"}\n{"content":"milk"}\n'),
    Buffer.from('{"content":"caf\u00E9"}\n', 'latin1'),
  ])
  const importing = memory.importFrom(
    (async function* () {
      yield bytes
    })(),
    alice,
  )
  await expect(importing).rejects.toThrow(/^Line 3: It is not UTF-8; convert the file\. The 2 memories/)
  expect((await store.stats()).memories).toBe(2)
})

test.each(['/no/such/folder/file', tmpdir(), '', '/dev/null/file', 'a\0'])(
  'an export to %j, which can be no file, is refused',
  async file => {
    const { memory } = await openMemory()
    await expect(memory.exportTo(file)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  },
)

// Linux alone has a file of a full disk.
test.skipIf(!existsSync('/dev/full'))('an export to a full disk may be repeated', async () => {
  const { memory } = await openMemory()
  await memory.add('tea', alice)
  await expect(memory.exportTo('/dev/full')).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true })
})
