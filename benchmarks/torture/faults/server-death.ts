import { startMysql, startPostgres } from '@agentmem/testcontainers'
import type { OwnServer } from '@agentmem/testcontainers'
import { makePlace } from '../../opening/own-place.ts'
import { Busy } from '../busy.ts'
import type { Torture } from '../fault.ts'
import { Model } from '../model.ts'
import { openPair } from '../pairs.ts'

/** The server dies under a memory that is at work, and is started again on its data. */
export async function killServer(
  torture: Torture,
  store: 'postgres' | 'mysql',
  deaths: number,
): Promise<void> {
  const server = await (store === 'postgres' ? startPostgres : startMysql)({ own: true })
  try {
    await workThrough(server, torture, store, deaths)
  } finally {
    await server.stop()
  }
}

async function workThrough(
  server: OwnServer,
  { random, tally, say }: Torture,
  store: 'postgres' | 'mysql',
  deaths: number,
): Promise<void> {
  const pair = { store, index: 'hnsw' }
  const place = await makePlace([store], { [store]: server.url })
  const model = new Model()
  const memory = await openPair(pair, place)
  const state = { isOver: false }
  const busy = new Busy(memory, { random, model, tally, name: 's' })
  const working = busy.run(100_000, () => state.isOver)
  for (let death = 0; death < deaths; death++) {
    await new Promise(resolve => setTimeout(resolve, 200 + random.below(400)))
    await server.restart()
    tally.add('kills')
  }
  await new Promise(resolve => setTimeout(resolve, 200))
  state.isOver = true
  await working
  await model.check(memory, tally, `${store} that died ${deaths} times`)
  await memory.close()
  await place.remove()
  say(`${store}: ${deaths} deaths of the server`)
}
