import { freshFolder } from '@agentmem/conformance'
import { ExactIndex, HashEmbedder, Memory, RuleExtractor } from '@agentmem/core'
import type { ClusterSet } from '@agentmem/core/adapter'
import { openSqliteStore } from '@agentmem/sqlite'
import { expect, test } from 'vitest'

const ana = { userId: 'ana' }
const usage = { input: 0, output: 0 }

/** Says of each cluster that it is often so. */
class Summing extends RuleExtractor {
  readonly sizes: number[] = []

  async consolidate(sets: readonly ClusterSet[]) {
    return sets.map(({ clusters }) => {
      this.sizes.push(...clusters.map(({ facts }) => facts.length))
      const insights = clusters.map(({ n, facts }) => ({
        cluster: n,
        sources: facts.map((_, place) => place),
        text: `${facts[0]?.text.split(' ').slice(0, 3).join(' ')} often`,
      }))
      return { finish: 'stop' as const, insights, unread: 0, usage }
    })
  }
}

async function open(path: string, extractor: Summing): Promise<Memory> {
  const embedder = new HashEmbedder({ dimensions: 64 })
  const index = new ExactIndex({ dimensions: 64 })
  const store = await openSqliteStore({ path })
  return Memory.open({ store, index, embedder, extractor, consolidation: { similarity: 0.1 } })
}

test('insights, the cursor and what was asked outlive the process; an owner is told apart in SQL', async () => {
  await using folder = await freshFolder()
  const path = folder.file()
  const chess = ['Monday', 'Friday', 'Sunday'].map(day => ({
    role: 'user',
    content: `Ana plays chess on ${day}.`,
  }))
  const first = new Summing()
  {
    await using memory = await open(path, first)
    await memory.addBatch(chess, { ...ana, infer: true })
    await memory.addBatch(chess, { ...ana, agentId: 'coach', infer: true })
    expect((await memory.consolidate(ana)).results).toHaveLength(1)
    expect(first.sizes).toEqual([3])
    expect((await memory.consolidate()).results).toEqual([])
  }
  const second = new Summing()
  await using memory = await open(path, second)
  expect(await memory.consolidate(ana)).toMatchObject({ results: [], closed: [] })
  expect(second.sizes).toEqual([])
  const where = { type: 'insight' }
  const { results } = await memory.getAll({ ...ana, where })
  expect(results).toMatchObject([{ memory: 'Ana plays chess often', agentId: null, origin: 'model' }])
  const [source = ''] = results[0]?.derivation?.sources ?? []
  const follows = { 'derivation.sources': { contains: source } }
  expect((await memory.getAll({ ...ana, where: follows })).results.map(({ id }) => id)).toEqual([
    results[0]?.id,
  ])
  await memory.delete(source, { soft: true })
  expect(await memory.count({ ...ana, where })).toBe(0)
  await memory.restore(source)
  expect(await memory.count({ ...ana, where })).toBe(1)
  await memory.delete(source, { soft: true, cascade: false })
  expect((await memory.consolidate()).closed).toEqual([results[0]?.id])
  expect(await memory.count({ ...ana, where })).toBe(0)
  expect(await memory.verify()).toMatchObject({ ok: true })
})
