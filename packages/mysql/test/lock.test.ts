import { storedRecord, storedRecords } from '@agentmem/conformance'
import { ExactIndex, HashEmbedder, Memory } from '@agentmem/core'
import type { Store } from '@agentmem/core/adapter'
import { openMysqlStore } from '@agentmem/mysql'
import { openSqlStore } from '@agentmem/sql'
import type { Flavor, Tables } from '@agentmem/sql'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { Kysely } from 'kysely'
import mysql2 from 'mysql2'
import { expect, it } from 'vitest'
import { connectMysql } from '../src/connection/connect-mysql.ts'
import { MysqlDialect } from '../src/connection/mysql-dialect.ts'
import { mysqlFlavor } from '../src/flavor/mysql-flavor.ts'
import { serverFacts } from '../src/flavor/server-facts.ts'
import { readMysqlOptions } from '../src/mysql-options.ts'

const ana = { userId: 'ana' }

describeWithServer('mysql', 'the lock of the log', server => {
  /** A Store whose lock keeps out nobody, as on engines that only know how it is written. */
  async function openUnlocked(tablePrefix: string, change: Partial<Flavor> = {}): Promise<Store> {
    const settings = readMysqlOptions({ url: server().url, tablePrefix })
    const { reader: readers, writer: writers, close } = await connectMysql(settings)
    const counters = { statements: 0, transactions: 0, roundTrips: 0 }
    const reader = new Kysely<Tables>({ dialect: new MysqlDialect(readers, counters) })
    const writer = new Kysely<Tables>({ dialect: new MysqlDialect(writers, counters) })
    const flavor: Flavor = { ...mysqlFlavor(await serverFacts(reader), tablePrefix) }
    delete flavor.takeLog
    delete flavor.tryLock
    Object.assign(flavor, { lockLog: async () => undefined }, change)
    return openSqlStore({ flavor, reader, writer, counters, tablePrefix, close })
  }

  it.each([true, false])(
    'that keeps out nobody makes no put claim what others wrote (dedupe: %s)',
    async dedupe => {
      const memories: Memory[] = []
      for (let n = 0; n < 3; n++) {
        const store = await openUnlocked(`free_${dedupe}_`)
        const embedder = new HashEmbedder({ dimensions: 64 })
        memories.push(await Memory.open({ store, index: new ExactIndex(64), embedder }))
      }
      const acknowledged = new Set<string>()
      const writers = memories.flatMap((memory, m) =>
        [0, 1, 2, 3].map(async w => {
          for (let n = 0; n < 12; n++) {
            // Every other text is the same for all.
            const texts = [`text ${n} of ${m}.${w}`, `text ${n} of all`]
            try {
              const { results } = await memory.addBatch(texts, { ...ana, dedupe })
              for (const { id } of results) acknowledged.add(id)
            } catch (error) {
              // Writers that are always in each other's way give up at last; what they say is that it may be tried again.
              expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
            }
          }
        }),
      )
      await Promise.all(writers)
      expect(acknowledged.size).toBeGreaterThan(50)
      for (const memory of memories) {
        expect(await memory.verify()).toMatchObject({ ok: true, missing: [], orphans: 0 })
        const ids = new Set((await Array.fromAsync(memory.list(ana))).map(({ id }) => id))
        expect([...acknowledged].filter(id => !ids.has(id))).toEqual([])
      }
      await Promise.all(memories.map(memory => memory.close()))
    },
    120_000,
  )

  it('that keeps out nobody is refused at opening', async () => {
    const opening = openUnlocked('refused_', { tryLock: async () => true })
    await expect(opening).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  })

  it('is tested at opening, and not where there is one connection', async () => {
    await using store = await openMysqlStore({ url: server().url, tablePrefix: 'tested_' })
    expect(await store.stats()).toMatchObject({ lockTested: true })
    const pool = mysql2.createPool({ uri: server().url, charset: 'utf8mb4', connectionLimit: 1 })
    const single = await openMysqlStore({ pool, tablePrefix: 'tested_' })
    expect(await single.stats()).toMatchObject({ lockTested: false })
    await single.put([storedRecord(1)])
    await single.close()
    await new Promise(resolve => pool.end(resolve))
  })

  it('that others hold for long does not keep a Store from opening', async () => {
    await using store = await openMysqlStore({ url: server().url, tablePrefix: 'held_' })
    await store.put(storedRecords(2))
    const other = mysql2.createConnection({ uri: server().url }).promise()
    await other.query('begin')
    await other.query('select * from held_meta for update')
    await using again = await openMysqlStore({ url: server().url, tablePrefix: 'held_' })
    expect(await again.stats()).toMatchObject({ lockTested: false, memories: 2 })
    await other.end()
  })
})
