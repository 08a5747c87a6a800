import { openHnswIndex } from '@agentmem/hnsw'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

test.each<[object, RegExp]>([
  [{ dimensions: 0 }, /has dimensions: 0; give a whole number from 1 to 65536/],
  [{}, /has dimensions: undefined/],
  [{ dimensions: null }, /has dimensions: null/],
  [{ dimensions: '8' }, /has dimensions: "8"/],
  [{ dimensions: 8, m: 1 }, /has m: 1; give a whole number from 2 to 512/],
  [{ dimensions: 8, m: null }, /has m: null/],
  [{ dimensions: 8, efConstruction: 0 }, /has efConstruction: 0/],
  [{ dimensions: 8, efSearch: 1.5 }, /has efSearch: 1.5/],
  [{ dimensions: 8, exactUpTo: -1 }, /has exactUpTo: -1; give a whole number from 0/],
  [{ dimensions: 8, path: '' }, /has path: ""; give a path, such as 'memories.hnsw'/],
  [{ dimensions: 8, path: null }, /has path: null/],
  [{ dimensions: 8, efconstruction: 10 }, /has no option 'efconstruction'; there are path, dimensions, m, /],
])('%j is refused', async (options, message) => {
  await expect(openHnswIndex(options as never)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(message) as string,
  })
})

test('an option that is undefined has its default', async () => {
  const options = { path: undefined, m: undefined, efConstruction: undefined, efSearch: undefined }
  await using index = await openHnswIndex({ dimensions: 8, exactUpTo: undefined, ...options })
  expect(index.supports.durable).toBe(false)
  expect(await index.stats()).toMatchObject({ m: 24, efConstruction: 48, efSearch: 512, exactUpTo: 4_000 })
})

test('the limits of each option are allowed', async () => {
  const least = { dimensions: 1, m: 2, efConstruction: 1, efSearch: 1, exactUpTo: 0 }
  const most = { dimensions: 65_536, m: 512, efConstruction: 10_000, efSearch: 10_000, exactUpTo: 1_000_000 }
  for (const options of [least, most]) {
    await using index = await openHnswIndex(options)
    const { dimensions, ...shown } = options
    expect(index.dimensions).toBe(dimensions)
    expect(await index.stats()).toMatchObject(shown)
  }
})

test('a path is made absolute when the index is opened', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-hnsw-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const before = process.cwd()
  process.chdir(folder)
  const opening = openHnswIndex({ path: 'here', dimensions: 1 })
  process.chdir(before)
  await using index = await opening
  await index.apply({ upserts: [], deletes: [], cursor: 3 })
  await index.optimize()
  expect(await readdir(join(folder, 'here'))).toContain('header.json')
})
