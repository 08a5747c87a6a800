import { openMemory } from '@agentmem/core/open'
import { freshFolder } from '@agentmem/conformance'
import { expect, test } from 'vitest'
import { localPairs } from './backend-pairs.ts'

test('a store is opened with one index after the other, and nothing is embedded again', async () => {
  await using folder = await freshFolder()
  const contents = Array.from({ length: 300 }, (_, n) => `note number${n}`)
  for (const [i, { store, index }] of [...localPairs, ...localPairs].entries()) {
    const memory = await openMemory({ store: store(folder.path), index: index(folder.path, 0) })
    try {
      if (i === 0) await memory.addBatch(contents, { userId: 'ana' })
      await memory.flush()
      expect(await memory.verify()).toMatchObject({ ok: true, checked: 300 })
      expect((await memory.stats()).embedder).toMatchObject({ embedded: i === 0 ? 300 : 0 })
      const { results } = await memory.search('note number7', { userId: 'ana', topK: 1, mode: 'vector' })
      expect(results).toMatchObject([{ memory: 'note number7' }])
    } finally {
      await memory.close()
    }
  }
}, 120_000)
