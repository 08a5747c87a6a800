import { describe, expect, test } from 'vitest'

import type { Memory } from '../../src/memory.ts'
import { Memory as MemoryClass } from '../../src/memory.ts'
import { MemoryInference } from '../../src/memory-inference.ts'
import { RuleExtractor } from '../../src/reference/rule-extractor.ts'
import { MemoryReads } from '../../src/memory-reads.ts'
import { MemoryTransfer } from '../../src/memory-transfer.ts'
import { MemoryWrites } from '../../src/memory-writes.ts'
import { MemoryUpkeep } from '../../src/memory-upkeep.ts'
import { exported, stream } from '../kit/exported.ts'
import { openTenants } from '../kit/open-tenants.ts'

const ana = { userId: 'ana' }
const refused = { code: 'INVALID_ARGUMENT', message: expect.stringContaining('openTenants') as string }
const gathered = async (items: AsyncIterable<unknown>): Promise<unknown[]> => {
  const all = []
  for await (const item of items) all.push(item)
  return all
}

async function refuses(call: Promise<unknown>, error: object): Promise<void> {
  await expect(call).rejects.toMatchObject(error)
}

async function is(call: Promise<unknown>, answer: unknown): Promise<void> {
  expect(await call).toEqual(answer)
}

/** The run that made a fact of acme's. */
let acmeBatch = ''

/** Every call of a Memory, as bolt makes it about what acme has: the memory 'secret' of a user that both have. */
const calls: Readonly<Record<string, (bolt: Memory) => unknown>> = {
  scope: async bolt => {
    const scoped = bolt.scope(ana)
    await expect(scoped.stats()).rejects.toMatchObject(refused)
    return [scoped.bound, await scoped.get('secret'), await scoped.search('treasure')]
  },
  bound: bolt => bolt.bound,
  add: async bolt => {
    await is(bolt.add({ id: 'secret', content: 'mine', ...ana }), {
      results: [{ id: 'secret', memory: 'mine', event: 'ADD' }],
      relations: [],
    })
    return bolt.add('buried treasure in Porto', { ...ana, dedupe: true })
  },
  addBatch: async bolt => {
    const mine = [{ id: 'secret', content: 'mine' }, 'also mine']
    const { results, failed } = await bolt.addBatch(mine, { ...ana, onTaken: 'replace', onError: 'report' })
    expect([results[0], failed]).toEqual([{ id: 'secret', memory: 'mine', event: 'ADD' }, []])
  },
  update: bolt => refuses(bolt.update('secret', 'mine'), { code: 'NOT_FOUND' }),
  updateBatch: bolt => refuses(bolt.updateBatch([{ id: 'secret', importance: 1 }]), { code: 'NOT_FOUND' }),
  delete: bolt => is(bolt.delete('secret', { purgeHistory: true }), false),
  deleteBatch: bolt => is(bolt.deleteBatch(['secret']), [false]),
  restore: bolt => is(bolt.restore('secret'), false),
  restoreBatch: bolt => is(bolt.restoreBatch(['secret']), [false]),
  deleteAll: bolt => is(bolt.deleteAll(ana, { purgeHistory: true }), 0),
  purgeExpired: bolt => is(bolt.purgeExpired(), 0),
  reset: bolt => bolt.reset(),
  exportTo: async bolt => (await exported(bolt)).filter(line => line.includes('content')),
  importFrom: bolt => bolt.importFrom(stream({ id: 'theirs', content: 'mine' }), ana),
  search: async bolt =>
    Promise.all(
      (['text', 'vector', 'hybrid'] as const).map(mode =>
        bolt.search('treasure in Porto', { ...ana, mode, expand: 3 }),
      ),
    ),
  searchBatch: bolt => bolt.searchBatch([{ query: 'treasure', ...ana }]),
  warm: bolt => bolt.warm(ana),
  get: bolt => bolt.get('secret'),
  getBatch: bolt => bolt.getBatch(['secret']),
  getAll: bolt => bolt.getAll(ana),
  recent: bolt => bolt.recent({ ...ana, limit: 5 }),
  page: bolt => bolt.page(ana),
  count: bolt => is(bolt.count(ana), 0),
  scopes: async bolt => [
    await bolt.scopes({ by: 'userId' }),
    await bolt.scopes({ by: 'runId' }),
    await bolt.scopes({ by: 'metadata.kind' }),
  ],
  list: bolt => gathered(bolt.list(ana)),
  changes: bolt => gathered(bolt.changes()),
  copyTo: async bolt => bolt.copyTo((await openTenants()).tenants.org('bolt'), ana),
  history: bolt => bolt.history('secret'),
  pending: bolt => bolt.pending(),
  process: async bolt => {
    const { messages, results } = await bolt.process({ retryParked: true })
    expect([messages, results]).toEqual([[], []])
  },
  expire: bolt => bolt.expire({ ...ana, where: { 'metadata.kind': 'hidden' } }),
  revert: bolt => is(bolt.revert(acmeBatch), { removed: 0, restored: 0 }),
  flush: bolt => bolt.flush(),
  optimize: bolt => refuses(bolt.optimize(), refused),
  stats: bolt => refuses(bolt.stats(), refused),
  verify: bolt => refuses(bolt.verify(), refused),
  repair: bolt => refuses(bolt.repair(), refused),
  reembed: bolt => refuses(bolt.reembed({} as never), refused),
  close: bolt => bolt.close(),
}

test('every call is tried', () => {
  const classes = [MemoryClass, MemoryInference, MemoryReads, MemoryWrites, MemoryTransfer, MemoryUpkeep]
  const names = [...new Set(classes.flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype)))]
  expect(Object.keys(calls).toSorted()).toEqual(names.filter(name => name !== 'constructor').toSorted())
})

describe.each(['read anew', 'held in memory'])('what another organization has, %s,', how => {
  test.each(Object.entries(calls))('is not there for %s', async (_name, call) => {
    const { tenants } = await openTenants({ extractor: new RuleExtractor(), infer: { background: false } })
    const [acme, bolt] = [tenants.org('acme'), tenants.org('bolt')]
    const hidden = { id: 'secret', content: 'buried treasure in Porto', metadata: { kind: 'hidden' } }
    await acme.add(hidden, { ...ana, runId: 'voyage', actorId: 'pirate' })
    const dan = { userId: 'dan', infer: true } as const
    acmeBatch = (await acme.add('Dan has buried acme gold', dan)).batch
    await acme.add('Dan sings about the acme gold', { ...dan, wait: 'stored' })
    if (how === 'held in memory') {
      await acme.search('treasure', { ...ana, mode: 'hybrid' })
      await tenants.flush()
    }
    const answer = JSON.stringify((await call(bolt)) ?? null)
    expect(answer).not.toMatch(/acme|voyage|pirate|hidden|"secret"/)
    expect(answer.replaceAll(/"memory":"buried treasure in Porto","event":"ADD"/g, '')).not.toContain(
      'buried',
    )
    // And nothing of it has changed.
    expect(await acme.get('secret')).toMatchObject({ memory: hidden.content, version: 1, runId: 'voyage' })
    expect((await acme.history('secret')).map(({ event }) => event)).toEqual(['ADD'])
    expect((await acme.search('treasure', ana)).results).toHaveLength(1)
    expect((await acme.pending()).results).toHaveLength(1)
    expect(await acme.count({ userId: 'dan', where: { origin: 'model' } })).toBe(1)
  })
})
