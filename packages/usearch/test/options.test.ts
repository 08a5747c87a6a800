import { openUsearchIndex } from '@agentmem/usearch'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

test.each<[object, RegExp]>([
  [{ dimensions: 0 }, /has dimensions: 0; give a whole number from 1 to 65536/],
  [{}, /has dimensions: undefined/],
  [{ dimensions: '8' }, /has dimensions: "8"/],
  [{ dimensions: 8, scanUpTo: -1 }, /has scanUpTo: -1; give a whole number from 0/],
  [{ dimensions: 8, path: '' }, /has path: ""; give a path, such as 'memories.usearch'/],
  [{ dimensions: 8, path: null }, /has path: null/],
  [{ dimensions: 8, m: 10 }, /has no option 'm'; there are path, dimensions, scanUpTo/],
])('%j is refused', async (options, message) => {
  await expect(openUsearchIndex(options as never)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(message) as string,
  })
})

test('an option that is undefined has its default', async () => {
  await using index = await openUsearchIndex({ dimensions: 8, path: undefined, scanUpTo: undefined })
  expect(index.supports.durable).toBe(false)
  expect(await index.stats()).toMatchObject({ scanUpTo: 8_000 })
})

test.each([1, 65_536])('%i dimensions are allowed', async dimensions => {
  await using index = await openUsearchIndex({ dimensions, scanUpTo: 0 })
  const scope = { orgId: 'acme' }
  const upserts = Array.from({ length: 40 }, (_, n) => {
    const vector = new Float32Array(dimensions)
    vector[n % dimensions] = 1
    return { id: `entry-${String(n).padStart(2, '0')}`, scope, vector }
  })
  await index.apply({ upserts, deletes: [], cursor: 1 })
  const [{ vector } = { vector: new Float32Array() }] = upserts
  const [matches] = await index.search([{ vector, k: 1, scope }])
  expect(matches).toMatchObject([{ score: 1 }])
})

test('a path is made absolute when the index is opened', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-usearch-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const before = process.cwd()
  process.chdir(folder)
  const opening = openUsearchIndex({ path: 'here', dimensions: 1 })
  process.chdir(before)
  await using index = await opening
  await index.apply({ upserts: [], deletes: [], cursor: 3 })
  await index.optimize()
  expect(await readdir(join(folder, 'here'))).toContain('header.json')
})

test('without a path nothing is left behind', async () => {
  const folders = async (): Promise<string[]> =>
    (await readdir(tmpdir())).filter(name => name.startsWith('agentmem-usearch-'))
  const index = await openUsearchIndex({ dimensions: 4 })
  const during = await folders()
  await index.close()
  const after = new Set(await folders())
  expect(during.filter(name => !after.has(name)).length).toBeGreaterThan(0)
})
