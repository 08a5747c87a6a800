import { HashEmbedder, Memory } from '@agentmem/core'
import { openHnswIndex } from '@agentmem/hnsw'
import { openPostgresStore } from '@agentmem/postgres'
import { startStandby } from '@agentmem/testcontainers'
import type { Standby } from '@agentmem/testcontainers'
import pg from 'pg'
import { join } from 'node:path'
import { makePlace } from '../../opening/own-place.ts'
import { Busy } from '../busy.ts'
import type { Torture } from '../fault.ts'
import { Model } from '../model.ts'

/** A pool of `pg` whose connections lead to one server, and later to another. */
class MovingPool extends pg.Pool {
  url = ''
  override connect(...given: unknown[]): never {
    this.options.connectionString = this.url
    const { hostname, port } = new URL(this.url)
    Object.assign(this.options, {
      host: hostname,
      port: Number(port),
      connectionString: undefined,
      user: 'postgres',
      database: 'postgres',
    })
    return super.connect(...(given as [])) as never
  }
}

/** A standby that lacks the last writes is promoted beneath a memory that stays open. What is lost is the operator's choice; nothing after it may be. */
export async function promoteStandby(torture: Torture): Promise<void> {
  const servers = await startStandby()
  try {
    await failOver(servers, torture)
  } finally {
    await servers[Symbol.asyncDispose]()
  }
}

async function failOver(servers: Standby, { random, tally, say }: Torture): Promise<void> {
  const place = await makePlace([], {})
  const pool = new MovingPool({ max: 3 })
  pool.url = servers.primary.url
  pool.on('error', () => undefined)
  const embedder = new HashEmbedder({ dimensions: 128 })
  const store = await openPostgresStore({ pool })
  const index = await openHnswIndex({ path: join(place.folder, 'failover'), dimensions: 128 })
  const memory = await Memory.open({ store, index, embedder })
  await new Busy(memory, { random, model: new Model(), tally, name: 'f' }).run(20)
  await servers.caughtUp()
  await servers.cut()
  await new Busy(memory, { random, model: new Model(), tally, name: 'l' }).run(20)
  await memory.optimize()
  await servers.promote()
  tally.add('kills')
  pool.url = servers.standby.url
  // From here on nothing may be lost: the model begins with what the new primary has.
  const model = new Model()
  await new Busy(memory, { random, model, tally, name: 'n' }).run(40)
  await model.check(memory, tally, 'after the promotion')
  await memory.close()
  await pool.end()
  await place.remove()
  say('a standby was promoted that lacked the last writes')
}
