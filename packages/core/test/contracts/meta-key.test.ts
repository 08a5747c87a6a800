import { expect, test } from 'vitest'
import type { VectorIndex } from '../../src/contracts/vector-index.ts'
import { metaKey } from '../../src/contracts/meta-key.ts'
import { Memory } from '../../src/memory.ts'
import { ExactIndex } from '../../src/reference/exact-index.ts'
import { MapStore } from '../../src/reference/map-store.ts'
import { override } from '../kit/override.ts'
import { SharedIndex } from '../kit/shared-index.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

test('a key has the name as it is, or the hash of one that is long, and is one name alone', () => {
  const long = ['n'.repeat(201), `${'n'.repeat(200)}m`, '\u4e2d'.repeat(255)]
  const names = ['acme', 'Acme', 'n'.repeat(200), ...long, ...long.map(name => metaKey('a', name).slice(2))]
  const keys = names.map(name => metaKey('consolidate-lease', name))
  expect(keys[0]).toBe('consolidate-lease:acme')
  expect(new Set(keys).size).toBe(names.length)
  for (const key of keys) expect(`staged:${key}`.length).toBeLessThanOrEqual(255)
})

test('an index with a long name is flushed by several processes', async () => {
  const data = new ExactIndex(32)
  const index: VectorIndex = override<VectorIndex>(new SharedIndex(data), { name: 'n'.repeat(300) })
  const memory = await Memory.open({ store: new MapStore(), index, embedder: new WordEmbedder() })
  await memory.add('tea', { userId: 'ana' })
  await memory.flush()
  expect(await data.cursor()).toBe(1)
  await memory.close()
})
