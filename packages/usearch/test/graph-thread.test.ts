import { freshFolder, indexEntries, queryVectors } from '@agentmem/conformance'
import { ExactIndex } from '@agentmem/core'
import { packVectors } from '@agentmem/core/adapter'
import { createRequire } from 'node:module'
import type * as usearch from 'usearch'
import { describe, expect, it } from 'vitest'
import { CodeScan } from '../dist/code-scan.js'
import { emptyGraph } from '../dist/empty-graph.js'
import { Nearest } from '../dist/nearest.js'
import { SegmentGraph } from '../dist/segment-graph.js'
import { SegmentedVectors } from '../dist/segmented-vectors.js'
import { SharedSearch } from '../dist/shared-search.js'

const dimensions = 16
const org = { orgId: 'acme' }
const library = createRequire(import.meta.url)('usearch') as typeof usearch
const entries = indexEntries(dimensions, 200, () => org)

describe('the thread of a graph', () => {
  it('finds what the graph has, one question after the other', async () => {
    await using folder = await freshFolder()
    await using graph = await openGraph(folder.file('graph'))
    for (const [n, { vector }] of entries.entries()) {
      graph.ask(Float32Array.from(vector), 3)
      const found = graph.found()
      expect(found?.places[0]).toBe(n)
      expect(found?.distances).toHaveLength(3)
    }
  })

  it('is asked anew though nobody heard its last answer', async () => {
    await using folder = await freshFolder()
    await using graph = await openGraph(folder.file('graph'))
    graph.ask(Float32Array.from(entries[7]?.vector ?? []), 5)
    graph.ask(Float32Array.from(entries[9]?.vector ?? []), 1)
    expect(graph.found()?.places).toEqual([9])
  })

  it('does not open a file of another number of rows', async () => {
    await using folder = await freshFolder()
    saveGraph(folder.file('graph'))
    await expect(SegmentGraph.open(folder.file('graph'), dimensions, 201)).rejects.toThrow(
      '200 vectors instead of 201',
    )
  })

  it('that fails says so, and keeps nobody waiting', () => {
    const search = new SharedSearch(dimensions)
    search.ask(new Float32Array(dimensions), 3)
    const failing = (): never => {
      throw new Error('the thread is about to end')
    }
    expect(() => new SharedSearch(dimensions, search.buffer).serve(failing)).toThrow('about to end')
    expect(search.answer()).toBeUndefined()
  })
})

it('where a graph is gone its rows are scanned, and another is wanted', async () => {
  await using folder = await freshFolder()
  const sizes = { dimensions, segmentRows: 200, blockRows: 100, directory: folder.path, named: true }
  const vectors = new SegmentedVectors(sizes, new CodeScan(library, dimensions))
  const packed = {
    ids: entries.map(({ id }) => id),
    scopes: [org],
    scopeOf: new Uint32Array(entries.length),
    vectors: packVectors(
      entries.map(({ vector }) => Float32Array.from(vector)),
      dimensions,
    ),
  }
  for (const _ of vectors.apply({ ...packed, deletes: [], cursor: 1, slot: undefined }));
  const [segment] = vectors.segments
  if (!segment) throw new Error('there is no segment')
  segment.graph = await openGraph(folder.file('graph'))
  const nearest = new Nearest(vectors, { scanUpTo: 1, graphCost: 0.001 })
  let wanted = 0
  nearest.onMissingGraph = () => wanted++
  const exact = new ExactIndex(dimensions)
  await exact.apply({ upserts: entries, deletes: [], cursor: 1 })
  const searched = async (): Promise<void> => {
    const [vector] = queryVectors(dimensions, 1)
    if (!vector) throw new Error('there is no vector')
    const [truth] = await exact.search([{ vector, k: 5, scope: org }])
    expect(nearest.search(vector, 5, org).map(({ id }) => id)).toEqual(truth?.map(({ id }) => id))
  }
  await searched()
  expect(wanted).toBe(0)
  await segment.graph.close()
  await searched()
  expect(wanted).toBe(1)
  expect(segment.graph).toBeUndefined()
  await segment.close()
}, 30_000)

function saveGraph(file: string): void {
  const index = emptyGraph(library, dimensions)
  for (const [n, { vector }] of entries.entries()) index.add(BigInt(n), Float32Array.from(vector), 1)
  index.save(file)
}

async function openGraph(file: string): Promise<SegmentGraph & AsyncDisposable> {
  saveGraph(file)
  const graph = await SegmentGraph.open(file, dimensions, entries.length)
  return Object.assign(graph, { [Symbol.asyncDispose]: () => graph.close() })
}
