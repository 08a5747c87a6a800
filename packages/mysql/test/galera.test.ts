import { keyOf, storedRecords } from '@agentmem/conformance'
import { ExactIndex, HashEmbedder, Memory, MemoryError } from '@agentmem/core'
import type { Store } from '@agentmem/core/adapter'
import { openMysqlStore } from '@agentmem/mysql'
import { joinTransactions } from '@agentmem/sql'
import { NoServer, startGalera } from '@agentmem/testcontainers'
import type { Galera } from '@agentmem/testcontainers'
import { Kysely, MysqlDialect, sql } from 'kysely'
import { createPool } from 'mysql2'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

const ana = { userId: 'ana' }

describe('a cluster of three nodes that all take writes', () => {
  let cluster: Galera | undefined
  let missing: string | undefined
  beforeAll(async () => {
    try {
      cluster = await startGalera()
    } catch (error) {
      const isRequired = (process.env['AGENTMEM_REQUIRE'] ?? '').split(',').includes('galera')
      if (!(error instanceof NoServer) || isRequired) throw error
      missing = error.message
    }
  }, 180_000)
  beforeEach(context => {
    if (missing !== undefined) context.skip(missing)
  })
  afterAll(() => cluster?.[Symbol.asyncDispose](), 60_000)
  const open = (tablePrefix: string): Promise<Store[]> =>
    Promise.all((cluster?.nodes ?? []).map(({ url }) => openMysqlStore({ url, tablePrefix })))
  /** What one node has acknowledged, another may be about to apply. */
  const settled = async (stores: readonly Store[]): Promise<void> => {
    for (;;) {
      const heads = await Promise.all(stores.map(async store => (await store.head()).position))
      if (new Set(heads).size === 1) return
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }

  it('is opened at all of them at once, and has one log', async () => {
    const stores = await open('at_once_')
    const lineages = await Promise.all(stores.map(async store => (await store.head()).lineage))
    expect(new Set(lineages).size).toBe(1)
    expect(lineages[0]).toMatch(/^[0-9a-f-]{36}$/)
    await Promise.all(stores.map(store => store.close()))
  }, 60_000)

  it('loses nothing that was acknowledged, and no index passes anything over', async () => {
    const stores = await open('writers_')
    const memories: Memory[] = []
    for (const store of stores) {
      const embedder = new HashEmbedder({ dimensions: 64 })
      memories.push(await Memory.open({ store, index: new ExactIndex(64), embedder }))
      await settled(stores)
    }
    const acknowledged: string[] = []
    const failures: unknown[] = []
    await Promise.all(
      memories.flatMap((memory, node) =>
        [0, 1, 2, 3].map(async writer => {
          for (let n = 0; n < 10; n++) {
            try {
              const texts = [`text ${n} of ${node}.${writer}`, `text ${n} of all`]
              const { results } = await memory.addBatch(texts, { ...ana, dedupe: writer % 2 === 0 })
              acknowledged.push(...results.map(({ id }) => id))
              const [first] = results
              if (first && n % 3 === 0)
                await memory.update(first.id, `text ${n} of ${node}.${writer}, changed`)
            } catch (error) {
              failures.push(error)
            }
          }
        }),
      ),
    )
    expect(failures).toEqual([])
    await settled(stores)
    for (const memory of memories) {
      expect(await memory.verify()).toMatchObject({ ok: true, missing: [], orphans: 0 })
      const listed = new Set((await Array.fromAsync(memory.list(ana))).map(({ id }) => id))
      expect(acknowledged.filter(id => !listed.has(id))).toEqual([])
    }
    await Promise.all(memories.map(memory => memory.close()))
  }, 120_000)

  describe.each(['a url', 'a pool', 'a db'])('over %s', source => {
    it('writes again what a node has undone while it prepared a statement', async () => {
      const pool = createPool({ uri: cluster?.nodes[0]?.url ?? '', charset: 'utf8mb4' })
      const tablePrefix = `${source.replace(' ', '_')}_`
      const [first, there] = await open(tablePrefix)
      if (!first || !there) throw new Error('there are no nodes')
      const dialect = new MysqlDialect({ pool })
      const given = source === 'a pool' ? { pool } : { db: new Kysely({ dialect }) }
      const here = source === 'a url' ? first : await openMysqlStore({ ...given, tablePrefix })
      let isTold = false
      const written: Promise<unknown>[] = []
      let statement = 0
      // New statements, which take long to be prepared: the other node's write arrives meanwhile.
      const list = sql.raw(Array.from({ length: 4_000 }, (_, n) => n).join(', '))
      joinTransactions(here, {
        async write(tx) {
          if (isTold) return
          isTold = true
          written.push(there.put(storedRecords(1, () => ({ id: `there-${statement}` }))))
          for (let n = 0; n < 20; n++)
            await sql`select ${sql.ref('key')} as ${sql.ref(`statement_${statement++}`)} from ${sql.table('meta')}
              where ${sql.ref('key')} = ${'none'} and length(${sql.ref('value')}) in (${list})`.execute(tx)
        },
      })
      const records = storedRecords(100, n => ({ id: `here-${n}` }))
      for (const record of records) {
        isTold = false
        await here.put([record])
        await Promise.all(written)
      }
      const histories = await here.history(records.map(keyOf))
      expect(histories.flatMap((history, n) => (history.length === 1 ? [] : [n]))).toEqual([])
      const found = await here.get(records.map(keyOf))
      expect(records.flatMap(({ id }, n) => (found[n] ? [] : [id]))).toEqual([])
      await settled([here, there])
      expect((await there.stats()).memories).toBe(200)
      await Promise.all([first, here, there].map(store => store.close()))
      await new Promise(resolve => pool.end(resolve))
    }, 60_000)
  })

  it('has one winner of each compare and set', async () => {
    const stores = await open('winners_')
    let wins = 0
    let turns = 0
    for (let turn = 0; turn < 15; turn++) {
      await settled(stores)
      const expectOf = turn === 0 ? null : `turn ${turn - 1}`
      const won = await Promise.all(
        stores.map(store => store.writeMeta([{ key: 'holder', value: `turn ${turn}`, expect: expectOf }])),
      )
      wins += won.filter(Boolean).length
      turns++
      for (const store of stores)
        while ((await store.readMeta(['holder']))[0] !== `turn ${turn}`)
          await new Promise(resolve => setTimeout(resolve, 10))
    }
    expect(wins).toBe(turns)
    await Promise.all(stores.map(store => store.close()))
  }, 60_000)

  it('goes on without a node that was killed, and without a quorum is UNAVAILABLE, to be tried again', async () => {
    const [first, second, third] = cluster?.nodes ?? []
    const store = await openMysqlStore({ url: first?.url ?? '', tablePrefix: 'quorum_' })
    await store.put(storedRecords(3))
    await third?.kill()
    await store.put(storedRecords(3, n => ({ id: `after-${n}` })))
    expect((await store.stats()).memories).toBe(6)
    await second?.kill()
    const lost = (async (): Promise<unknown> => {
      for (;;) await store.put(storedRecords(1, () => ({ id: `lost-${Math.random()}` })))
    })()
    const error = await lost.catch((thrown: unknown) => thrown)
    expect(MemoryError.is(error)).toBe(true)
    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
    await store.close()
  }, 120_000)
})
