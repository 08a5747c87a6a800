import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'

import { describe, expect, onTestFinished, test } from 'vitest'

import { MapStore } from '../../src/reference/map-store.ts'
import { alice, all, exported, stream } from '../kit/exported.ts'
import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const keys = (items: readonly { id: string }[]) => items.map(({ id }) => ({ orgId: 'default', id }))

describe('an export that is imported', () => {
  test('is the same memories with the same vectors, without an embed call', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'export-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const file = join(folder, 'memories.ndjson')
    const source = await openMemory()
    await source.memory.addBatch(
      Array.from({ length: 30 }, (_, n) => ({
        content: `memory ${n} \u{1F375} with a "quote" and a\nline\u2028or\u2029two`,
        metadata: { n, tags: ['a', null, { b: true }] },
        importance: n / 30,
        expiresAt: n % 2 ? 9e14 : null,
        actorId: 'Alice',
        role: 'user',
        ...(n % 3 && { runId: 'r1' }),
      })),
      alice,
    )
    const [first] = await all(source.memory)
    await source.memory.update(first?.id ?? '', 'changed')
    await source.memory.exportTo(file)

    const target = await openMemory()
    expect(await target.memory.importFrom(file, { batchSize: 7 })).toEqual({ imported: 30, skipped: 0 })
    const items = await all(source.memory)
    expect(await all(target.memory)).toEqual(items)
    expect(await target.store.vectors(keys(items))).toEqual(await source.store.vectors(keys(items)))
    expect(target.embedder.calls).toEqual([])
    expect(await target.memory.importFrom(file)).toEqual({ imported: 0, skipped: 30 })
    expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(32)
  })

  test('of a scope holds that scope alone, and nothing that has expired', async () => {
    let now = 0
    const { memory } = await openMemory({ now: () => now })
    await memory.add({ id: 'a', content: 'tea' }, alice)
    await memory.add({ id: 'b', content: 'tea', expiresAt: 100 }, alice)
    await memory.add({ id: 'c', content: 'tea' }, { userId: 'bob' })
    now = 100
    const lines = await exported(memory.scope(alice))
    expect(lines.slice(1).map(line => (JSON.parse(line) as { id: string }).id)).toEqual(['a'])
    expect(await exported(memory, { userId: 'bob', vectors: false })).toHaveLength(2)
  })

  test('is embedded again for another model, and where it has no vectors', async () => {
    const source = await openMemory()
    await source.memory.addBatch(['tea', 'milk'], alice)
    const lines = await exported(source.memory)
    const other = await openMemory({ embedder: new WordEmbedder({ model: 'other', dimensions: 16 }) })
    await other.memory.importFrom(stream(...lines))
    expect(other.embedder.calls.map(texts => texts.toSorted())).toEqual([['milk', 'tea']])
    const bare = await openMemory()
    await bare.memory.importFrom(stream(...(await exported(source.memory, { vectors: false }))))
    expect(bare.embedder.texts).toBe(2)
    expect((await bare.memory.search('tea', { ...alice, topK: 1 })).results).toMatchObject([
      { memory: 'tea' },
    ])
  })

  test('into a scope() stays inside it', async () => {
    const source = await openMemory()
    await source.memory.add({ id: 'a', content: 'tea' }, { agentId: 'cook' })
    await source.memory.add({ id: 'b', content: 'milk' }, { agentId: 'cook', userId: 'bob' })
    const [header, first, second] = await exported(source.memory)
    const target = await openMemory()
    const hers = target.memory.scope(alice)
    await hers.importFrom(stream(header, first))
    expect(await hers.get('a')).toMatchObject({ userId: 'alice', agentId: 'cook' })
    await expect(hers.importFrom(stream(header, second))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })

  const header = { agentmem: 'export', version: 1, model: 'words', dimensions: 32 }
  const broken: [string, string, (line: Record<string, unknown>) => unknown][] = [
    ['a content that was changed', 'CORRUPT', line => ({ ...line, content: 'milk' })],
    ['a vector that was cut', 'CORRUPT', line => ({ ...line, vector: String(line['vector']).slice(0, 20) })],
    ['a vector that is no text', 'CORRUPT', line => ({ ...line, vector: [1, 2] })],
    ['a vector of zeros', 'CORRUPT', line => ({ ...line, vector: Buffer.alloc(128).toString('base64') })],
    ['a missing field', 'INVALID_ARGUMENT', line => ({ ...line, type: undefined })],
    ['an unknown field', 'INVALID_ARGUMENT', line => ({ ...line, extra: 1 })],
    ['a bad id', 'INVALID_ARGUMENT', line => ({ ...line, id: 'a\0' })],
    ['nobody it belongs to', 'INVALID_ARGUMENT', line => ({ ...line, userId: null })],
    ['no record', 'INVALID_ARGUMENT', () => 'null'],
  ]

  test.each(broken)('names the line of a record with %s', async (_, code, spoil) => {
    const { memory } = await openMemory()
    await memory.add({ id: 'a', content: 'tea' }, alice)
    const [, line] = await exported(memory)
    const target = await openMemory()
    const record = JSON.parse(line ?? '') as Record<string, unknown>
    const importing = target.memory.importFrom(stream(header, spoil(record)))
    await expect(importing).rejects.toMatchObject({ code, message: expect.stringMatching(/^Line 2: /) })
    expect((await target.store.stats()).memories).toBe(0)
  })

  test('by a newer agentmem is refused', async () => {
    const { memory } = await openMemory()
    const importing = memory.importFrom(stream({ ...header, version: 3 }))
    await expect(importing).rejects.toMatchObject({ code: 'SCHEMA' })
  })
})

describe('an import of plain lines', () => {
  const lines = Array.from({ length: 50 }, (_, n) => ({ content: `memory ${n}`, createdAt: n }))

  test('takes each as add does, with the defaults of the call', async () => {
    const { memory } = await openMemory()
    const source = stream(
      { content: 'tea', metadata: { a: 1 }, createdAt: '2024-01-01T00:00:00Z' },
      '',
      '"milk"',
      { role: 'user', content: 'rain' },
    )
    const seen: unknown[] = []
    const options = { ...alice, importance: 0.1, onProgress: (progress: unknown) => seen.push(progress) }
    expect(await memory.importFrom(source, options)).toEqual({ imported: 3, skipped: 0 })
    expect(seen).toEqual([{ done: 3 }])
    const items = await all(memory)
    expect(items.map(item => item.memory).toSorted()).toEqual(['milk', 'rain', 'tea'])
    expect(items.every(({ importance }) => importance === 0.1)).toBe(true)
    expect(items.find(item => item.memory === 'tea')).toMatchObject({
      metadata: { a: 1 },
      createdAt: Date.UTC(2024, 0, 1),
    })
  })

  test('that is done again adds nothing', async () => {
    const { memory } = await openMemory()
    expect(await memory.importFrom(stream(...lines), alice)).toEqual({ imported: 50, skipped: 0 })
    expect(await memory.importFrom(stream(...lines), alice)).toEqual({ imported: 0, skipped: 50 })
  })

  test('keeps lines that are the same, each once', async () => {
    const { memory } = await openMemory()
    const twice = ['{"content":"yes"}', '{"content":"no"}', '{"content":"yes"}']
    expect(await memory.importFrom(stream(...twice), { ...alice, batchSize: 1 })).toMatchObject({
      imported: 3,
    })
    expect(await memory.importFrom(stream(...twice), alice)).toEqual({ imported: 0, skipped: 3 })
    expect(await all(memory)).toHaveLength(3)
  })

  test('skips an id it has read before, in the same batch or an earlier one', async () => {
    const named = ['a', 'b', 'a'].map(id => ({ id, content: `tea ${id}` }))
    for (const batchSize of [1, 10]) {
      const { memory } = await openMemory()
      const result = await memory.importFrom(stream(...named), { ...alice, batchSize })
      expect(result).toEqual({ imported: 2, skipped: 1 })
    }
  })

  test('that was aborted is resumed without duplicates', async () => {
    const { memory, store } = await openMemory()
    const controller = new AbortController()
    const importing = memory.importFrom(stream(...lines), {
      ...alice,
      batchSize: 10,
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done === 20) controller.abort()
      },
    })
    await expect(importing).rejects.toMatchObject({ code: 'ABORTED' })
    expect((await store.stats()).memories).toBe(20)
    expect(await memory.importFrom(stream(...lines), alice)).toEqual({ imported: 30, skipped: 20 })
    expect((await all(memory)).map(item => item.memory).toSorted()).toEqual(
      lines.map(({ content }) => content).toSorted(),
    )
  })

  test('names the line that is broken, and keeps those before it', async () => {
    const { memory, store } = await openMemory()
    const source = () => stream(lines[0], '', lines[1], '{"content": "tea"', lines[2])
    await expect(memory.importFrom(source(), alice)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/^Line 4: .*The 2 memories before it/),
    })
    expect((await store.stats()).memories).toBe(2)
    const bad = stream(lines[0], { content: 'tea', usrId: 'alice' })
    await expect(memory.importFrom(bad, alice)).rejects.toThrow(/^Line 2: .*usrId/)
  })

  test('reads CRLF, a byte order mark and a last line without an end', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'import-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const file = join(folder, 'lines.jsonl')
    await writeFile(file, '\uFEFF{"content":"tea \u00FC"}\r\n\r\n{"content":"milk"}')
    const { memory } = await openMemory()
    expect(await memory.importFrom(file, alice)).toEqual({ imported: 2, skipped: 0 })
    expect((await all(memory)).map(item => item.memory).toSorted()).toEqual(['milk', 'tea \u00FC'])
  })
})

describe('a stream whose model is changed meanwhile', () => {
  const model = (): WordEmbedder => new WordEmbedder({ model: 'other' })

  test('is not read a second time by an import, which says so; the rest is imported by another', async () => {
    const { memory } = await openMemory()
    const lines = ['tea', 'milk', 'rice'].map(content => JSON.stringify({ content, userId: 'alice' }))
    async function* source(): AsyncGenerator<string> {
      yield `${lines[0]}\n`
      yield `${lines[1]}\n`
      await memory.reembed(model())
      yield `${lines[2]}\n`
    }
    await expect(memory.importFrom(source(), { batchSize: 1 })).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
    })
    expect(await memory.importFrom(stream(...lines))).toEqual({ imported: 1, skipped: 2 })
  })

  test('is not written from the beginning again by an export, which says so', async () => {
    const inner = new MapStore()
    let moved = false
    const store = override(inner, {
      vectors: async keys => {
        if (!moved) {
          moved = true
          await memory.reembed(model())
        }
        return inner.vectors(keys)
      },
    })
    const { memory } = await openMemory({ store })
    await memory.addBatch(['tea', 'milk'], alice)
    const target = new PassThrough()
    const chunks: string[] = []
    target.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
    await expect(memory.exportTo(target)).rejects.toMatchObject({ code: 'MODEL_MISMATCH' })
    expect(chunks.join('').match(/"agentmem"/g)).toHaveLength(1)
    expect(await exported(memory)).toHaveLength(3)
  })
})
