import { describe, expect, test } from 'vitest'

import { MapStore } from '../../src/reference/map-store.ts'
import { MemoryReads } from '../../src/memory-reads.ts'
import { MemoryTransfer } from '../../src/memory-transfer.ts'
import { MemoryUpkeep } from '../../src/memory-upkeep.ts'
import { MemoryWrites } from '../../src/memory-writes.ts'
import { Memory } from '../../src/memory.ts'
import { ControlledIndex } from '../kit/controlled-index.ts'
import { deferred } from '../kit/deferred.ts'
import { openMemory } from '../kit/open-memory.ts'
import { override } from '../kit/override.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

const alice = { userId: 'alice' }

const calls: Record<string, (memory: Memory) => Promise<unknown>> = {
  add: memory => memory.add('tea', alice),
  addBatch: memory => memory.addBatch(['tea'], alice),
  search: memory => memory.search('tea', alice),
  searchBatch: memory => memory.searchBatch([{ query: 'tea', ...alice }]),
  warm: memory => memory.warm(alice),
  get: memory => memory.get('m1'),
  getBatch: memory => memory.getBatch(['m1']),
  getAll: memory => memory.getAll(alice),
  recent: memory => memory.recent(alice),
  page: memory => memory.page(alice),
  count: memory => memory.count(alice),
  scopes: memory => memory.scopes({ by: 'userId' }),
  list: memory => memory.list(alice).next(),
  update: memory => memory.update('m1', 'milk'),
  updateBatch: memory => memory.updateBatch([{ id: 'm1', content: 'milk' }]),
  delete: memory => memory.delete('m1'),
  deleteBatch: memory => memory.deleteBatch(['m1']),
  deleteAll: memory => memory.deleteAll(alice),
  purgeExpired: memory => memory.purgeExpired(),
  history: memory => memory.history('m1'),
  flush: memory => memory.flush(),
  optimize: memory => memory.optimize(),
  stats: memory => memory.stats(),
  verify: memory => memory.verify(),
  repair: memory => memory.repair(),
  reembed: memory => memory.reembed(new WordEmbedder({ model: 'other' })),
  exportTo: memory => memory.exportTo(process.stdout),
  changes: async memory => memory.changes(),
  copyTo: async memory => memory.copyTo((await openMemory()).memory),
  importFrom: memory => memory.importFrom((async function* () {})()),
  reset: memory => memory.reset(),
  expire: memory => memory.expire({ olderThan: 1 }),
  pending: memory => memory.pending(),
  restore: memory => memory.restore('m1'),
  restoreBatch: memory => memory.restoreBatch(['m1']),
}

describe('after close', () => {
  test('every method of Memory is listed here', () => {
    const methods = [Memory, MemoryUpkeep, MemoryTransfer, MemoryWrites, MemoryReads].flatMap(
      ({ prototype }) => Object.getOwnPropertyNames(prototype),
    )
    const others = ['constructor', 'scope', 'close', 'bound']
    expect(methods.filter(name => !others.includes(name)).toSorted()).toEqual(Object.keys(calls).toSorted())
  })

  test.each(Object.entries(calls))('%s is refused, also on a scope()', async (_, call) => {
    const { memory } = await openMemory()
    await memory.add({ id: 'm1', content: 'tea' }, alice)
    const scoped = memory.scope(alice)
    await memory.close()
    await expect(call(memory)).rejects.toMatchObject({ name: 'MemoryError', code: 'CLOSED' })
    if (call === calls['reset'] || call === calls['reembed']) return
    await expect(call(scoped)).rejects.toMatchObject({ name: 'MemoryError', code: 'CLOSED' })
  })

  test('a list that was begun ends with an error, not early', async () => {
    const { memory } = await openMemory({ closeParts: false })
    await memory.addBatch(['a', 'b', 'c'], alice)
    const list = memory.list({ ...alice, pageSize: 1 })
    await list.next()
    await memory.close()
    await expect(list.next()).rejects.toMatchObject({ code: 'CLOSED' })
  })
})

describe('close', () => {
  test('waits for the calls under way, and what they stored is in the index', async () => {
    const embedder = new WordEmbedder()
    const gate = deferred()
    embedder.before = () => gate.promise
    const { memory, index } = await openMemory({ embedder })
    const adding = memory.add('tea', alice)
    const closing = memory.close()
    gate.resolve()
    await closing
    expect((await adding).results).toHaveLength(1)
    expect((await index.stats()).vectors).toBe(1)
  })

  test('closes each part once, however often it is called', async () => {
    const closed: string[] = []
    const store = new MapStore()
    const index = new ControlledIndex(32)
    const embedder = new WordEmbedder()
    store.close = async () => void closed.push('store')
    index.close = async () => void closed.push('index')
    embedder.close = async () => void closed.push('embedder')
    const memory = await Memory.open({ store, index, embedder })
    await Promise.all([memory.close(), memory.scope(alice).close()])
    await memory.close()
    expect(closed).toEqual(['index', 'store', 'embedder'])
  })

  test('leaves the parts open that belong to the caller', async () => {
    const store = new MapStore()
    store.close = async () => {
      throw new Error('closed')
    }
    const { memory } = await openMemory({ store, closeParts: false })
    await expect(memory.close()).resolves.toBeUndefined()
  })

  test('closes the other parts when one fails to, and tells of it', async () => {
    const closed: string[] = []
    const store = new MapStore()
    const index = new ControlledIndex(32)
    index.close = async () => {
      throw new Error('stuck')
    }
    store.close = async () => void closed.push('store')
    const memory = await Memory.open({ store, index, embedder: new WordEmbedder() })
    await expect(memory.close()).rejects.toMatchObject({
      code: 'BACKEND',
      message: expect.stringContaining('stuck'),
    })
    expect(closed).toEqual(['store'])
  })

  test('happens at the end of an await using block', async () => {
    let leaked: Memory
    {
      await using memory = await Memory.open({
        store: new MapStore(),
        index: new ControlledIndex(32),
        embedder: new WordEmbedder(),
      })
      await memory.add('tea', alice)
      leaked = memory
    }
    await expect(leaked.get('m1')).rejects.toMatchObject({ code: 'CLOSED' })
  })
})

describe('an opening that fails', () => {
  const parts = (closed: string[]) => {
    const [store, index] = [new MapStore(), new ControlledIndex(32)]
    const embedder = new WordEmbedder({ model: 'other' })
    store.close = async () => void closed.push('store')
    index.close = async () => void closed.push('index')
    embedder.close = async () => void closed.push('embedder')
    return { store, index, embedder }
  }

  test('closes the parts, whatever was wrong', async () => {
    const closed: string[] = []
    const given = parts(closed)
    await openMemory({ store: given.store, closeParts: false })
    await expect(Memory.open(given)).rejects.toMatchObject({ code: 'MODEL_MISMATCH' })
    expect(closed).toEqual(['index', 'store', 'embedder'])
    const { store, index, embedder } = parts(closed)
    const missing = { store, index } as unknown as typeof given
    await expect(Memory.open(missing)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(closed.slice(3)).toEqual(['index', 'store'])
    const wrong = { store, index, embedder, signal: AbortSignal.abort() }
    await expect(Memory.open(wrong)).rejects.toMatchObject({ code: 'ABORTED' })
    expect(closed.slice(5)).toEqual(['index', 'store', 'embedder'])
  })

  test('leaves the parts open that belong to the caller', async () => {
    const closed: string[] = []
    const given = parts(closed)
    await openMemory({ store: given.store, closeParts: false })
    await expect(Memory.open({ ...given, closeParts: false })).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
    })
    expect(closed).toEqual([])
  })
})

describe('every error', () => {
  test('is a MemoryError, also where a part throws before it returns a promise', async () => {
    const store = override(new MapStore(), {
      get: () => {
        throw new TypeError('not a function')
      },
    })
    const { memory } = await openMemory({ store })
    await expect(memory.get('m1')).rejects.toMatchObject({ name: 'MemoryError', code: 'BACKEND' })
  })

  test('is ABORTED where the signal was', async () => {
    const { memory, store } = await openMemory()
    const before = store.counters
    const options = { ...alice, signal: AbortSignal.abort() }
    await expect(memory.add('tea', options)).rejects.toMatchObject({ code: 'ABORTED' })
    await expect(memory.search('tea', options)).rejects.toMatchObject({ code: 'ABORTED' })
    await expect(memory.getAll(options)).rejects.toMatchObject({ code: 'ABORTED' })
    await expect(memory.deleteAll(alice, { signal: options.signal })).rejects.toMatchObject({
      code: 'ABORTED',
    })
    expect(store.counters).toEqual(before)
  })
})

test('a flush at the end tells its progress, and options that are wrong are refused', async () => {
  const { memory } = await openMemory()
  await memory.addBatch(['tea', 'milk', 'rice'], alice)
  await expect(memory.close({ flush: 1 } as never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  await expect(memory.close({ onProgress: 1 } as never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  await expect(memory.close({ force: true } as never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  const seen: unknown[] = []
  await memory.close({ onProgress: progress => seen.push(progress) })
  expect(seen.at(-1)).toEqual({ done: 3, total: 3 })
})
