import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { embedders, indexes, stores } from '../opening/backends.ts'
import { makeRows } from '../opening/make-rows.ts'
import type { BackendRow } from '../opening/make-rows.ts'
import { makePlace } from '../opening/own-place.ts'
import type { Place } from '../opening/place.ts'
import { readManifests } from '../opening/read-manifests.ts'
import type { BackendManifest } from '../opening/read-manifests.ts'
import { startServers } from '../opening/start-servers.ts'

/** A part that says with which options it was opened. */
type Opened = Readonly<Record<string, unknown>>

let folder: string
let place: Place

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-backends-'))
  place = { folder, urls: { postgres: 'postgres://host/cell' } }
})
afterEach(() => rm(folder, { recursive: true }))

async function writePackage(name: string, agentmem?: object): Promise<void> {
  await mkdir(join(folder, name))
  await writeFile(join(folder, name, 'package.json'), JSON.stringify({ name: `@agentmem/${name}`, agentmem }))
}

const graph = { part: 'index', scheme: 'graph', open: 'openGraphIndex', from: 'path' }

describe('the manifests of a folder', () => {
  test('are those of its packages, by the names of the folders', async () => {
    await writePackage('vectors', { ...graph, scheme: 'vectors', libraries: ['lib'], server: 'postgres' })
    await writePackage('graph', { ...graph, about: 'an index' })
    await writePackage('core')
    await mkdir(join(folder, 'empty'))
    expect(readManifests(folder)).toEqual([
      { ...graph, package: '@agentmem/graph', folder: join(folder, 'graph'), libraries: [] },
      {
        ...graph,
        scheme: 'vectors',
        package: '@agentmem/vectors',
        folder: join(folder, 'vectors'),
        libraries: ['lib'],
        server: 'postgres',
      },
    ])
  })

  test.each([
    [{ part: 'cache' }, 'has part: "cache"; give one of store, index, embedder.'],
    [{ scheme: '' }, 'has scheme: ""; give a text.'],
    [{ open: undefined }, 'has open: undefined; give a text.'],
    [{ from: 'file' }, 'has from: "file"; give one of path, url, file-url, path-or-uri, model.'],
    [{ libraries: 'lib' }, 'has libraries: "lib"; give a list of names.'],
    [{ server: 1 }, 'has server: 1; give a text.'],
  ])('are refused with %o', async (fields, message) => {
    await writePackage('graph', { ...graph, ...fields })
    expect(() => readManifests(folder)).toThrow(`The field "agentmem" of @agentmem/graph ${message}`)
  })

  test('are refused where two packages take one name', async () => {
    await writePackage('graph', graph)
    await writePackage('other', graph)
    expect(() => readManifests(folder)).toThrow(
      "@agentmem/graph and @agentmem/other both have the index 'graph'.",
    )
  })
})

describe('the rows of the backends', () => {
  /** A package that is a file, and opens a part that says with which options. */
  async function manifestOf(fields: Partial<BackendManifest>): Promise<BackendManifest> {
    const file = join(folder, 'opens.mjs')
    await writeFile(file, 'export const openGraphIndex = async options => options\n')
    return { ...graph, package: file, folder, libraries: ['lib'], ...fields } as BackendManifest
  }
  type Row = BackendRow<Opened, [dimensions: number]>
  const rowsOf = (manifests: readonly BackendManifest[], rows: Readonly<Record<string, Partial<Row>>> = {}) =>
    makeRows<Opened, [dimensions: number], Row>(manifests, rows, (_row, dimensions) => ({ dimensions }))

  test('have a package without a row behind those with one', async () => {
    const manifests = [await manifestOf({}), await manifestOf({ scheme: 'vectors' })]
    const rows = rowsOf(manifests, { own: { open: async () => ({}) }, vectors: { libraries: ['other'] } })
    expect(Object.keys(rows)).toEqual(['own', 'vectors', 'graph'])
    expect(rows['graph']).toMatchObject({ folder, libraries: ['lib'] })
    expect(rows['vectors']).toMatchObject({ folder, libraries: ['other'] })
  })

  test.each([
    [{ from: 'path' }, { path: 'graph.index' }],
    [{ from: 'path-or-uri' }, { path: 'graph.index' }],
    [{ from: 'file-url' }, { url: 'file:graph.index' }],
    [{ from: 'url', server: 'postgres' }, { url: 'postgres://host/cell' }],
    [{ from: 'model' }, {}],
  ] as const)('open a package with %o', async (fields, address) => {
    const { graph } = rowsOf([await manifestOf(fields)])
    const opened = await graph?.open(place, 3)
    const inPlace = Object.entries({ ...opened }).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replace(join(folder, '/'), '') : value,
    ])
    expect(Object.fromEntries(inPlace)).toEqual({ ...address, dimensions: 3 })
  })

  test('open a backend whose server is missing in the way that its row has', async () => {
    const manifest = await manifestOf({ from: 'url', server: 'postgres' })
    const { graph } = rowsOf([manifest], { graph: { openWithoutServer: async () => ({ embedded: true }) } })
    expect(await graph?.open(place, 3)).toEqual({ url: 'postgres://host/cell', dimensions: 3 })
    expect(await graph?.open({ folder, urls: {} }, 3)).toEqual({ embedded: true })
  })

  test('name what is missing', async () => {
    const { graph } = rowsOf([await manifestOf({ from: 'url', server: 'qdrant' })])
    await expect(graph?.open(place, 3)).rejects.toThrow('No qdrant server was started for this cell.')
    const { other } = rowsOf([await manifestOf({ scheme: 'other', package: '@agentmem/other' })])
    await expect(other?.open(place, 3)).rejects.toThrow(
      '@agentmem/other is not installed: benchmarks/package.json needs it as a dependency.',
    )
    expect(() => rowsOf([], { graph: {} })).toThrow("No package has a manifest with the scheme 'graph'.")
  })
})

describe('a server that nothing here knows', () => {
  test('is missing, with the reason', async () => {
    const { missing } = await startServers(['qdrant'])
    expect(missing).toEqual({ qdrant: '@agentmem/testcontainers has no startQdrant().' })
  })

  test('gets no databases, and leaves no folder behind', async () => {
    const before = process.env['TMPDIR']
    process.env['TMPDIR'] = folder
    try {
      await expect(makePlace(['qdrant'], { qdrant: 'http://host' })).rejects.toThrow(
        'benchmarks/opening/own-database.ts makes no databases on a qdrant server.',
      )
      expect(await readdir(folder)).toEqual([])
    } finally {
      if (before === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = before
    }
  })
})

describe('the backends of this workspace', () => {
  test('are every store and index that has a manifest, and those of core', () => {
    const schemes = (wanted: string): string[] =>
      readManifests()
        .filter(({ part }) => part === wanted)
        .map(({ scheme }) => scheme)
    expect(Object.keys(stores).toSorted()).toEqual([...schemes('store'), 'memory'].toSorted())
    expect(Object.keys(indexes).toSorted()).toEqual([...schemes('index'), 'exact'].toSorted())
  })

  test('have those embedders alone that run without a key and a network', () => {
    expect(Object.keys(embedders)).toEqual(['hash', 'fastembed'])
  })
})
