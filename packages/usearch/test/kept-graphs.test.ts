import { freshFolder, indexEntries } from '@agentmem/conformance'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'

import { openSmall } from './open-small.ts'

const dimensions = 32

/** Vectors that have a graph by what the header says. */
async function graphVectorsIn(path: string): Promise<number> {
  const [header = ''] = (await readFile(join(path, 'header.json'), 'utf8')).split('\n')
  const { segments } = JSON.parse(header) as { segments: { rows: number; graph?: object }[] }
  return segments.reduce((sum, { rows, graph }) => sum + (graph ? rows : 0), 0)
}

it('a graph that was built is kept when the index closes before the others are built', async () => {
  await using folder = await freshFolder()
  const path = folder.file('index')
  const index = await openSmall({ path, dimensions, scanUpTo: 1 })
  const entries = indexEntries(dimensions, 4_000, () => ({ orgId: 'acme' }))
  await index.apply({ upserts: entries, deletes: [], cursor: 1 })
  let built = 0
  while (built === 0) {
    const [first] = entries
    await index.search([{ vector: first?.vector ?? new Float32Array(), k: 1, scope: { orgId: 'acme' } }])
    built = Number((await index.stats())['graphVectors'])
  }
  await index.close()
  expect(await graphVectorsIn(path)).toBeGreaterThanOrEqual(built)
})
