import { describe, expect, test, vi } from 'vitest'

import { MapStore } from '../../src/reference/map-store.ts'
import { Memory } from '../../src/memory.ts'
import { openTenants } from '../kit/open-tenants.ts'
import { SharedMap } from '../kit/shared-map.ts'

const ana = { userId: 'ana' }
const names = Array.from({ length: 50 }, (_, n) => `org-${n}`)

describe('many organizations', () => {
  test('have each vector once, and one reader of the log', async () => {
    const { tenants, store, index } = await openTenants()
    const changes = vi.spyOn(store, 'changes')
    await Promise.all(names.map(name => tenants.org(name).add(`tea of ${name}`, ana)))
    for (const name of names) {
      const { results } = await tenants.org(name).search('tea', { ...ana, mode: 'vector' })
      expect(results.map(({ memory }) => memory)).toEqual([`tea of ${name}`])
    }
    await tenants.flush()
    expect((await index.stats()).vectors).toBe(names.length)
    expect((await tenants.stats()).store.memories).toBe(names.length)
    // One page of the log for those that came after the last, not one for each organization.
    expect(changes.mock.calls.length).toBeLessThan(10)
  })

  test('share transactions: what is added in one tick is one write', async () => {
    const { tenants, store } = await openTenants()
    const put = vi.spyOn(store, 'put')
    await Promise.all(names.map(name => tenants.org(name).add('tea', ana)))
    expect(put).toHaveBeenCalledTimes(1)
  })

  test('that write at once are told of what is theirs: holders of duplicates, and faults', async () => {
    const { tenants } = await openTenants()
    const [acme, bolt] = [tenants.org('acme'), tenants.org('bolt')]
    const [held] = (await bolt.add('tea', { ...ana, dedupe: true, actorId: 'bolt-actor' })).results
    const [first, second] = await Promise.all([
      acme.add('tea', { ...ana, dedupe: true }),
      bolt.add('tea', { ...ana, dedupe: true }),
    ])
    expect(first.results).toMatchObject([{ event: 'ADD' }])
    expect(second.results).toEqual([{ ...held, event: 'NONE' }])

    // The same id in one transaction; the one that is not valid fails alone.
    const one = { id: 'one', content: 'rain' }
    const taken = { id: 'one', content: 'snow', userId: 'ben' }
    const answers = await Promise.allSettled([acme.add(one, ana), bolt.add(one, ana), bolt.add(taken)])
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(answers[2]).toMatchObject({ reason: { code: 'CONFLICT' } })
  })

  test('keep their embeddings apart, in memory and in the cache that processes share', async () => {
    const shared = new SharedMap()
    const { tenants, embedder } = await openTenants({ cache: { shared } })
    const [acme, bolt] = [tenants.org('acme'), tenants.org('bolt')]
    await acme.add('tea', ana)
    await bolt.add('tea', ana)
    expect(embedder.calls.flat()).toEqual(['tea', 'tea'])
    await bolt.add('tea', { userId: 'ben' })
    await bolt.search('rain', { ...ana, mode: 'vector' })
    await acme.search('rain', { ...ana, mode: 'vector' })
    await acme.search('rain', { ...ana, mode: 'vector' })
    expect(embedder.calls.flat()).toEqual(['tea', 'tea', 'rain', 'rain'])
    expect((await tenants.stats()).embedder).toMatchObject({ entries: 4, sharedHits: 0 })
  })

  test('move to another model together', async () => {
    const { tenants, embedder } = await openTenants()
    await tenants.org('acme').add('tea', ana)
    await tenants.org('bolt').add('rain', ana)
    const other = Object.assign(Object.create(embedder) as typeof embedder, { model: 'other' })
    expect(await tenants.reembed(other)).toMatchObject({ memories: 2 })
    await tenants.org('acme').add('tea', { userId: 'ben' })
    expect(await tenants.verify()).toMatchObject({ ok: true })
    expect((await tenants.org('bolt').search('rain', { ...ana, mode: 'vector' })).results).toHaveLength(1)
  })
})

describe('opening', () => {
  test.each<[string, object, RegExp]>([
    ['an organization', { orgId: 'acme' }, /no orgId: give it to org\(\)/],
    [
      'vectors of the Store by their text',
      { cache: { store: true } },
      /cache\.store finds vectors by their text/,
    ],
  ])('is refused with %s, and closes the parts', async (_what, options, message) => {
    const store = new MapStore()
    const close = vi.spyOn(store, 'close')
    const opening = Memory.openTenants({ store, ...options })
    await expect(opening).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message) as string,
    })
    expect(close).toHaveBeenCalledTimes(1)
  })

  test('takes no options that are none', async () => {
    await expect(Memory.openTenants(undefined as never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    await expect(Memory.openTenants(null as never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })

  test.each(['', 7, undefined, 'a\0b', 'x'.repeat(256)])('org(%j) is refused', async orgId => {
    const { tenants } = await openTenants()
    expect(() => tenants.org(orgId as string)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  })
})

test('the memory of one organization closes nothing, and closing all closes it', async () => {
  const { tenants } = await openTenants()
  {
    await using acme = tenants.org('acme')
    await acme.add('tea', ana)
  }
  expect(await tenants.org('acme').count(ana)).toBe(1)
  await tenants.close()
  await expect(tenants.org('acme').count(ana)).rejects.toMatchObject({ code: 'CLOSED' })
})
