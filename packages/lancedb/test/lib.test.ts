import { indexEntries } from '@agentmem/conformance'
import { openLancedbIndex } from '@agentmem/lancedb'
import type { Arrow, Lancedb } from '@agentmem/lancedb'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'

vi.mock('@lancedb/lancedb', () => {
  throw new Error('LanceDB is imported.')
})
vi.mock('apache-arrow', () => {
  throw new Error('Arrow is imported.')
})

async function freshFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'agentmem-lancedb-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

test('with lib, its LanceDB and its Arrow are used and nothing is imported', async () => {
  const lancedb = await vi.importActual<Lancedb>('@lancedb/lancedb')
  const arrow = await vi.importActual<Arrow>('apache-arrow')
  const connect = vi.fn(lancedb.connect)
  const makeData = vi.fn(arrow.makeData)
  const lib = {
    lancedb: { ...lancedb, connect: connect as never },
    arrow: { ...arrow, makeData: makeData as never },
  }
  await using index = await openLancedbIndex({ path: await freshFolder(), dimensions: 8, lib })
  expect(connect).toHaveBeenCalledOnce()
  makeData.mockClear()
  const scope = { orgId: 'acme' }
  const [entry] = indexEntries(8, 1, () => scope)
  if (!entry) throw new Error('There is one.')
  await index.apply({ upserts: [entry], deletes: [], cursor: 1 })
  expect(makeData).toHaveBeenCalled()
  expect(await index.search([{ vector: entry.vector, k: 1, scope }])).toMatchObject([[{ id: entry.id }]])
})

test('without lib, a library that cannot be loaded is NOT_INSTALLED with the command', async () => {
  await expect(openLancedbIndex({ path: await freshFolder(), dimensions: 8 })).rejects.toMatchObject({
    code: 'NOT_INSTALLED',
    message: expect.stringMatching(
      /^@lancedb\/lancedb cannot be loaded \(.+\)\. Run: npm install @lancedb\/lancedb apache-arrow@18/,
    ) as string,
  })
})
