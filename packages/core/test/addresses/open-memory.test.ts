import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openSqliteStore } from '@agentmem/sqlite'
import { ExactIndex, Memory } from '../../src/index.ts'
import type { Embedder, Store } from '../../src/index.ts'
import { knownBackends, openMemory } from '../../src/open.ts'
import { newFolder } from './new-folder.ts'

/** An embedder whose identity is all that matters. */
function embedderNamed(model: string, dimensions: number): Embedder {
  const vector = Float32Array.from({ length: dimensions }, (_, i) => (i === 0 ? 1 : 0))
  return {
    model,
    dimensions,
    embed: async texts => texts.map(() => vector),
    close: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** A store on disk with one memory, whose vector is of this model; returns its address. */
async function storeWith(folder: string, model: string, dimensions: number): Promise<string> {
  const path = join(folder, 'held.db')
  const [store, embedder] = [await openSqliteStore({ path }), embedderNamed(model, dimensions)]
  await using memory = await Memory.open({ store, index: new ExactIndex({ dimensions }), embedder })
  await memory.add('Ada drinks tea', { userId: 'ada' })
  return `sqlite:${path}`
}

describe('a memory from addresses', () => {
  test('takes two lines, is searched by words, and is there the next time', async () => {
    const store = `sqlite:${join(await newFolder(), 'm.db')}`
    {
      await using memory = await openMemory({ store })
      await memory.add('Prefers tea to coffee', { userId: 'ana' })
    }
    await using memory = await openMemory({ store })
    const { results } = await memory.search('coffee or tea?', { userId: 'ana' })
    expect(results).toMatchObject([{ memory: 'Prefers tea to coffee' }])
  })

  test('takes index and embedder, and the other options of Memory.open', async () => {
    const folder = await newFolder()
    const [store, index] = [`sqlite:${join(folder, 'm.db')}`, `usearch:${join(folder, 'm.usearch')}`]
    await using memory = await openMemory({ store, index, embedder: 'hash:16', orgId: 'acme', now: () => 7 })
    const { results } = await memory.add('Tea', { userId: 'ana' })
    expect(memory.bound).toEqual({ orgId: 'acme' })
    expect(await memory.get(results[0]?.id ?? '')).toMatchObject({ orgId: 'acme', createdAt: 7 })
    expect(await memory.stats()).toMatchObject({ index: { name: 'usearch' }, embedder: { dimensions: 16 } })
  })

  test('closes everything that it opened', async () => {
    let parts: { store: Store; embedder: Embedder | undefined } | undefined
    const prepare = async (store: Store, embedder: Embedder | undefined): Promise<void> => {
      parts = { store, embedder }
    }
    const store = `sqlite:${join(await newFolder(), 'm.db')}`
    const memory = await openMemory({ store, index: 'exact:', embedder: 'hash:16', prepare })
    await parts?.store.stats()
    await memory.close()
    await expect(parts?.store.stats()).rejects.toThrow(expect.objectContaining({ code: 'CLOSED' }))
  })

  test('whose index cannot be opened closes the parts before it, and what it was given', async () => {
    const folder = await newFolder()
    await writeFile(join(folder, 'file'), '')
    let held: Store | undefined
    let closed = 0
    const reranker = {
      model: 'none',
      rerank: async () => [],
      close: async () => void closed++,
      [Symbol.asyncDispose]: async () => undefined,
    }
    const opening = openMemory({
      store: `sqlite:${join(folder, 'm.db')}`,
      index: `usearch:${join(folder, 'file/m.usearch')}`,
      embedder: 'hash:16',
      reranker,
      prepare: async store => void (held = store),
    })
    await expect(opening).rejects.toThrow(expect.objectContaining({ name: 'MemoryError' }))
    await expect(held?.stats()).rejects.toThrow(expect.objectContaining({ code: 'CLOSED' }))
    expect(closed).toBe(1)
  })

  test.each<[string, object, string, RegExp]>([
    [
      'an option that there is not',
      { stroe: 'sqlite:./m.db' },
      'INVALID_ARGUMENT',
      /unknown entry 'stroe'; known/,
    ],
    ['a wrong option of Memory.open', { cache: { maxEntries: -1 } }, 'INVALID_ARGUMENT', /cache\.maxEntries/],
    ['an address without a scheme', { store: './m.db' }, 'INVALID_ARGUMENT', /SCHEME:ADDRESS/],
    ['an address that is no text', { store: 7 }, 'INVALID_ARGUMENT', /SCHEME:ADDRESS/],
    ['a misspelt scheme', { store: 'sqlit:./m.db' }, 'INVALID_ARGUMENT', /did you mean sqlite\?/],
    [
      'a store for an index',
      { index: 'sqlite:./m.db' },
      'INVALID_ARGUMENT',
      /@agentmem\/sqlite is a store; give it/,
    ],
    ['an embedder for a store', { store: 'hash' }, 'INVALID_ARGUMENT', /hash is an embedder/],
    ['a store that must be there', { mustExist: true }, 'NOT_FOUND', /There is no store at .*agentmem\.db/],
    ['an aborted signal', { signal: AbortSignal.abort() }, 'ABORTED', /aborted/],
  ])('is refused for %s, and nothing is made', async (_what, options, code, message) => {
    const folder = await newFolder()
    const before = process.cwd()
    process.chdir(folder)
    try {
      const error = expect.objectContaining({ code, message: expect.stringMatching(message) as string })
      await expect(openMemory(options)).rejects.toThrow(error)
    } finally {
      process.chdir(before)
    }
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('a store knows its embedder', () => {
  test.each([
    ['hash-v2-16', 16, 'hash-v2-16'],
    ['fastembed:bge-small-en-v1.5', 384, 'fastembed:bge-small-en-v1.5'],
    ['text-embedding-3-small', 1_536, 'text-embedding-3-small'],
  ])('%s, so that it is not asked for', async (model, dimensions, opened) => {
    process.env['OPENAI_API_KEY'] ??= 'none'
    const store = await storeWith(await newFolder(), model, dimensions)
    await using memory = await openMemory({ store, index: 'exact:' })
    expect((await memory.stats()).embedder).toMatchObject({ model: opened, dimensions })
  })

  test.each([
    ['my-model', /holds vectors of my-model \(16 dimensions\)/],
    ['fastembed:bge-small-en-v1.5 {"maxTokens":64}', /holds vectors of fastembed:bge/],
    ['fastembed:mine', /vectors of fastembed:mine, and its name alone does not open that: .* from a program/],
  ])('but not how to open %s, and says so', async (model, message) => {
    const store = await storeWith(await newFolder(), model, 16)
    const error = expect.objectContaining({
      code: 'MODEL_MISMATCH',
      message: expect.stringMatching(message) as string,
    })
    await expect(openMemory({ store })).rejects.toThrow(error)
  })
})

test('each package of this project is imported by a literal, which a bundler follows', () => {
  const code = readFileSync(join(import.meta.dirname, '../../dist/addresses/known-backends.js'), 'utf8')
  const names = Object.values(knownBackends).flatMap(list => Object.values(list).map(known => known.package))
  expect(names.length).toBeGreaterThan(11)
  expect(names.filter(name => !code.includes(`import('${name}')`))).toEqual([])
})

test.each(Object.values(knownBackends).flatMap(list => Object.entries(list)))(
  '%s is in its package under the name that the list has',
  async (_scheme, { load, open }) => {
    expect(await load()).toMatchObject({ [open]: expect.any(Function) as unknown })
  },
)
