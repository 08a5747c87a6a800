import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { ExactIndex, HashEmbedder, Memory } from '@agentmem/core'
import type { Store } from '@agentmem/core/adapter'
import { openPostgresStore } from '@agentmem/postgres'
import { NoServer, startStandby } from '@agentmem/testcontainers'
import type { Standby } from '@agentmem/testcontainers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

/** An address that leads to one server, and later to another. */
class MovingAddress implements AsyncDisposable {
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer(client => this.#join(client))
  #port = 0

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  get url(): string {
    return `postgres://postgres@127.0.0.1:${(this.#server.address() as AddressInfo).port}/postgres`
  }

  leadTo(url: string): void {
    this.#port = Number(new URL(url).port)
    for (const socket of this.#sockets) socket.destroy()
  }

  #join(client: Socket): void {
    const server = connect(this.#port, '127.0.0.1')
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        this.#sockets.delete(socket)
        client.destroy()
        server.destroy()
      })
    }
    client.pipe(server).pipe(client)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

const ana = { userId: 'ana' }
const said = (what: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${what}${n} was ${what} number ${n}`)

/** How the process behaves on which the failover comes. */
const situations = [30, 120].flatMap(writes =>
  [true, false].flatMap(searches => [true, false].map(staysOpen => ({ writes, searches, staysOpen }))),
)

interface Situation {
  memory: Memory
  store: Store
  readonly index: ExactIndex
  readonly tablePrefix: string
}

describe('a failover to a standby that had not received the last writes', () => {
  const address = new MovingAddress()
  let servers: Standby | undefined
  let missing: string | undefined
  const opened: Situation[] = []

  async function open(tablePrefix: string, index: ExactIndex): Promise<Situation> {
    const store = await openPostgresStore({ url: address.url, tablePrefix, poolSize: 3 })
    const embedder = new HashEmbedder({ dimensions: index.dimensions })
    // Nothing looks at the log between the failover and the test.
    const follower = { flushAfterMs: 60_000 }
    const memory = await Memory.open({ store, index, embedder, follower, closeParts: false })
    return { memory, store, index, tablePrefix }
  }

  beforeAll(async () => {
    try {
      servers = await startStandby()
    } catch (error) {
      const isRequired = (process.env['AGENTMEM_REQUIRE'] ?? '').split(',').includes('postgres')
      if (!(error instanceof NoServer) || isRequired) throw error
      missing = error.message
      return
    }
    await address.listen()
    address.leadTo(servers.primary.url)
    for (let n = 0; n < situations.length; n++) opened.push(await open(`s${n}_`, new ExactIndex(256)))
    for (const { memory } of opened) await memory.addBatch(said('kept', 50), ana)
    await servers.caughtUp()
    await servers.cut()
    for (const { memory } of opened) {
      await memory.addBatch(said('lost', 20), ana)
      await memory.optimize()
      expect((await memory.search('lost7', { ...ana, mode: 'text' })).results).not.toEqual([])
    }
    await servers.promote()
    address.leadTo(servers.standby.url)
  }, 120_000)
  beforeEach(context => {
    if (missing !== undefined) context.skip(missing)
  })
  afterAll(async () => {
    for (const { memory, store } of opened) {
      await memory.close().catch(() => undefined)
      await store.close().catch(() => undefined)
    }
    await address[Symbol.asyncDispose]().catch(() => undefined)
    await servers?.[Symbol.asyncDispose]()
  }, 60_000)

  it.each(situations.map((situation, n) => [situation, n] as const))(
    'hides nothing of what is written after it: %j',
    async ({ writes, searches, staysOpen }, n) => {
      let situation = opened[n] as Situation
      if (searches) await situation.memory.search('kept7', { ...ana, mode: 'vector' })
      await situation.memory.addBatch(said('new', writes), ana)
      if (!staysOpen) {
        await situation.memory.close()
        await situation.store.close()
        situation = opened[n] = await open(situation.tablePrefix, situation.index)
      }
      const { memory } = situation
      const all = [...said('new', writes), ...said('kept', 50)]
      for (const mode of ['vector', 'text'] as const) {
        const queries = all.map(query => ({ ...ana, query, mode, topK: 1, context: false }))
        const found = (await memory.searchBatch(queries)).map(({ results }) => results[0]?.memory)
        expect(found.filter((text, i) => text !== all[i])).toEqual([])
      }
      expect(await memory.verify()).toMatchObject({ ok: true, checked: 50 + writes, orphans: 0 })
    },
  )
})
