import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { nameOf } from '../measured/cell.ts'
import type { CellResult } from '../measured/cell.ts'
import { RunFolder } from '../run/run-folder.ts'

const spec = {
  scenario: 'add',
  combination: { store: 'sqlite', index: 'hnsw', embedder: 'hash' },
  sizes: [10, 100],
  round: 0,
  quick: false,
}
const result: CellResult = {
  spec,
  rows: [{ what: 'addBatch', size: 10, samples: { 'acknowledged ms': [1.5] }, calls: [1.5], failures: 0 }],
  peakRssBytes: 1_000,
  seconds: 2,
}
const settings = { rounds: 5 }
let parent: string

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'bench-runs-'))
})
afterEach(() => rm(parent, { recursive: true }))

test('what was measured is there for a run with the same settings and code', () => {
  new RunFolder(parent, settings, 'code').write(result)
  expect(new RunFolder(parent, settings, 'code').read(spec)).toEqual(result)
})

test('other settings, other code and another round start from nothing', () => {
  new RunFolder(parent, settings, 'code').write(result)
  expect(new RunFolder(parent, { rounds: 4 }, 'code').read(spec)).toBeUndefined()
  expect(new RunFolder(parent, settings, 'changed').read(spec)).toBeUndefined()
  expect(new RunFolder(parent, settings, 'code').read({ ...spec, round: 1 })).toBeUndefined()
})

test('a file that is not whole counts as not measured', async () => {
  const folder = new RunFolder(parent, settings, 'code')
  await writeFile(join(folder.path, `${nameOf(spec)}.json`), '{"spec":')
  expect(folder.read(spec)).toBeUndefined()
})

test('writing leaves no other file behind, and clear leaves none at all', async () => {
  const folder = new RunFolder(parent, settings, 'code')
  folder.write(result)
  expect(await readdir(folder.path)).toEqual([`${nameOf(spec)}.json`])
  folder.clear()
  expect(await readdir(folder.path)).toEqual([])
})
