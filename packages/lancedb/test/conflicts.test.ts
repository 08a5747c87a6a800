import { connect } from '@lancedb/lancedb'
import { freshFolder, indexEntries } from '@agentmem/conformance'
import type { FreshFolder } from '@agentmem/conformance'
import type { Scope, VectorIndex } from '@agentmem/core/adapter'
import { openLancedbIndex } from '@agentmem/lancedb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

vi.setConfig({ testTimeout: 60_000 })

const dimensions = 16
const org: Scope = { orgId: 'acme' }
const entries = indexEntries(dimensions, 400, () => org)
const first = { upserts: entries.slice(0, 10), deletes: [], cursor: 10, after: 0 }
/** As LanceDB words it. */
const conflict = new Error('lance error: Retryable commit conflict for version 7: This Rewrite transaction …')

let folder: FreshFolder
let index: VectorIndex
/** What every table of LanceDB inherits. */
let tables: { optimize: () => Promise<unknown>; mergeInsert: () => unknown }

beforeEach(async () => {
  folder = await freshFolder()
  index = await openLancedbIndex({ path: folder.path, dimensions })
  tables = Object.getPrototypeOf(await (await connect(folder.path)).openTable('memories')) as typeof tables
})

afterEach(async () => {
  vi.restoreAllMocks()
  await index.close()
  await folder.remove()
})

describe('a commit that another came before', () => {
  it('is tried again by optimize', async () => {
    const optimize = vi
      .spyOn(tables, 'optimize')
      .mockRejectedValueOnce(conflict)
      .mockRejectedValueOnce(conflict)
    await index.apply(first)
    await index.optimize()
    expect(optimize).toHaveBeenCalledTimes(3)
    expect(await index.stats()).toMatchObject({ commitsSinceUpkeep: 0, backgroundError: undefined })
  })

  it('is left for the next upkeep where it loses each time', async () => {
    const optimize = vi.spyOn(tables, 'optimize').mockRejectedValue(conflict)
    await index.apply(first)
    await index.optimize()
    expect(await index.stats()).toMatchObject({
      commitsSinceUpkeep: 1,
      backgroundError: expect.stringMatching(/commit conflict/) as string,
    })
    optimize.mockRestore()
    // Nothing is applied: the upkeep comes back by itself.
    await vi.waitFor(
      async () =>
        expect(await index.stats()).toMatchObject({ commitsSinceUpkeep: 0, backgroundError: undefined }),
      { timeout: 30_000, interval: 200 },
    )
  })

  it.each(['apply', 'clear'] as const)('is tried again by %s', async call => {
    await index.apply(first)
    const refused = vi.spyOn(tables, call === 'apply' ? 'mergeInsert' : ('add' as 'optimize'))
    refused.mockImplementationOnce(() => {
      throw conflict
    })
    const next = { upserts: entries.slice(10, 20), deletes: [], cursor: 20, after: 10 }
    await (call === 'apply' ? index.apply(next) : index.clear())
    expect(refused).toHaveBeenCalledTimes(2)
    expect(await index.cursor()).toBe(call === 'apply' ? 20 : 0)
  })

  it('is not hidden by other errors of the upkeep', async () => {
    vi.spyOn(tables, 'optimize').mockRejectedValueOnce(new Error('No space left on device'))
    await expect(index.optimize()).rejects.toMatchObject({ code: 'UNAVAILABLE', message: /No space left/ })
  })
})

it('two that optimize side by side while both are written to end without an error', async () => {
  await using other = await openLancedbIndex({ path: folder.path, dimensions })
  for (let n = 0; n < 20; n++) {
    const upserts = entries.slice(20 * n, 20 * n + 20)
    const applied = (n % 2 === 0 ? index : other).apply({ upserts, deletes: [], cursor: n + 1, after: n })
    await Promise.all([index.optimize(), other.optimize(), applied])
  }
  expect((await other.stats()).vectors).toBe(400)
  expect(await index.cursor()).toBe(20)
})
