import { Readable, Writable } from 'node:stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { MemoryOptions } from '../../src/memory-api.ts'
import { Memory } from '../../src/memory.ts'
import { ExactIndex } from '../../src/reference/exact-index.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const alice = { userId: 'alice' }

async function open(options: Partial<MemoryOptions> = {}): Promise<Memory> {
  const memory = await Memory.open({ store: new MapStore(), closeParts: false, ...options })
  onTestFinished(() => memory.close())
  return memory
}

describe('a memory without index and embedder', () => {
  test('adds, changes, deletes and finds', async () => {
    const memory = await open()
    const { results } = await memory.addBatch(['green tea', 'black tea', 'rain'], alice)
    const [first, second] = results.map(({ id }) => id) as [string, string]
    await memory.update(first, 'red wine')
    await memory.delete(second)
    expect((await memory.search('tea', alice)).results).toEqual([])
    expect((await memory.search('wine', { ...alice, context: false })).results).toMatchObject([
      { memory: 'red wine', version: 2 },
    ])
    expect((await memory.getAll(alice)).results).toHaveLength(2)
  })

  test('dedupes by content', async () => {
    const memory = await open()
    const first = await memory.add('green tea', { ...alice, dedupe: true })
    const again = await memory.add('green tea', { ...alice, dedupe: true })
    expect(again.results).toEqual([{ ...first.results[0], event: 'NONE' }])
  })

  test.each(['vector', 'hybrid'] as const)("refuses mode '%s', with the advice", async mode => {
    const memory = await open()
    await expect(memory.search('tea', { ...alice, mode })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining("search it with mode 'text', or open it with both"),
    })
  })

  test('flushes, verifies, repairs and says that it has no vectors', async () => {
    const memory = await open()
    await memory.add('green tea', alice)
    await memory.flush()
    await memory.optimize()
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 0 })
    expect(await memory.repair()).toMatchObject({ written: 0, rebuilt: false })
    expect(await memory.stats()).toMatchObject({
      index: { name: 'none', vectors: 0 },
      embedder: { model: 'none', dimensions: 0 },
      texts: { scopes: 0, texts: 0, bytes: 0 },
    })
  })

  test.each([
    [{ index: new ExactIndex(3) }, 'needs a embedder'],
    [{ embedder: new WordEmbedder() }, 'needs a index'],
    [{ text: { maxBytes: 0 } }, 'text.maxBytes'],
    [{ text: { locales: [] } }, 'text.locales is empty'],
    [{ text: { locales: ['no such'] } }, 'no such'],
    [{ text: { languages: ['en'] } }, 'languages'],
    [{ text: { subwords: 'yes' } }, 'text.subwords'],
    [{ reranker: 'best' }, 'needs a reranker'],
  ])('%o is refused', async (options, message) => {
    await expect(open(options as Partial<MemoryOptions>)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(message),
    })
  })

  test('a Store with vectors is refused, with the advice', async () => {
    const store = new MapStore()
    const embedder = new WordEmbedder()
    const memory = await open({ store, embedder, index: new ExactIndex(embedder.dimensions) })
    await memory.add('green tea', alice)
    await expect(open({ store })).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
      message: expect.stringContaining('open it with an index and the embedder words'),
    })
  })

  test('a Store without vectors opened with a model names reembed, which makes them', async () => {
    const store = new MapStore()
    const texts = await open({ store })
    await texts.addBatch(['green tea', 'rain'], alice)
    const embedder = new WordEmbedder()
    const parts = () => ({ store, embedder, index: new ExactIndex(embedder.dimensions) })
    await expect(open(parts())).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
      message: expect.stringContaining('Memory.reembed({ store, embedder })'),
    })
    expect(await Memory.reembed({ store, embedder })).toEqual({ memories: 2, embedded: 2 })
    const memory = await open(parts())
    expect((await memory.search('tea', { ...alice, mode: 'vector', topK: 1 })).results).toMatchObject([
      { memory: 'green tea' },
    ])
    expect(await memory.verify()).toMatchObject({ ok: true, checked: 2 })
  })

  test('exports and imports, also to one with a model, which embeds', async () => {
    const memory = await open()
    await memory.addBatch(['green tea', 'rain', 'snow'], { ...alice, runId: 'r' })
    const lines: string[] = []
    const target = new Writable({
      write: (chunk, _, done) => {
        lines.push(String(chunk))
        done()
      },
    })
    await memory.exportTo(target)
    const copy = await open()
    expect(await copy.importFrom(Readable.from(lines))).toEqual({ imported: 3, skipped: 0 })
    expect((await copy.search('rain', alice)).results.map(({ memory }) => memory)).toEqual(
      (await memory.search('rain', alice)).results.map(({ memory }) => memory),
    )
    const embedder = new WordEmbedder()
    const other = await open({ embedder, index: new ExactIndex(embedder.dimensions) })
    expect(await other.importFrom(Readable.from(lines))).toEqual({ imported: 3, skipped: 0 })
    expect(embedder.texts).toBe(3)
  })
})
