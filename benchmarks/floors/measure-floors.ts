// How long a Store's addBatch takes beside a hand-written floor and the looped batch on the same database:
// `node benchmarks/floors/measure-floors.ts mysql|libsql [rounds]`. MySQL is started by the ladder of
// testcontainers, or is that of AGENTMEM_MYSQL_URL; both sync each commit to the disk.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { ExactIndex, HashEmbedder, Memory } from '@agentmem/core'
import type { Store } from '@agentmem/core'
import { openLibsqlStore } from '@agentmem/libsql'
import { openMysqlStore } from '@agentmem/mysql'
import { startMysql } from '@agentmem/testcontainers'

import { sampleTexts } from '../sample-texts.ts'
import { median } from '../statistics.ts'
import { LibsqlFloor } from './libsql-floor.ts'
import { MysqlFloor, ways } from './mysql-floor.ts'

type Add = (texts: readonly string[]) => Promise<unknown>
const sizes = [10, 100, 1000]
const addBatch = 'addBatch'
const looped = 'looped batch'

interface Bench {
  readonly store: Store
  /** The floor first. */
  readonly floors: Readonly<Record<string, Add>>
  readonly addInThreeWrites: (text: string) => Promise<void>
  readonly close: () => Promise<void>
}

async function mysqlBench(): Promise<Bench> {
  const server = await startMysql()
  console.log(`${server.version} (${server.rung})`)
  const floor = await MysqlFloor.open(server.url)
  const store = await openMysqlStore({ url: server.url, tablePrefix: `bench${process.pid}_` })
  return {
    store,
    floors: Object.fromEntries(
      Object.entries(ways).map(([name, way]) => [
        name,
        (texts: readonly string[]) => floor.addBatch(texts, way),
      ]),
    ),
    addInThreeWrites: text => floor.addInThreeWrites(text),
    async close() {
      await floor.close()
      await server.stop()
    },
  }
}

async function libsqlBench(): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-floors-'))
  const floor = new LibsqlFloor(folder)
  const store = await openLibsqlStore({ url: `file:${join(folder, 'store.db')}` })
  return {
    store,
    floors: Object.fromEntries(
      Object.entries(floor.ways).map(([name, way]) => [
        name,
        (texts: readonly string[]) => floor.addBatch(texts, way),
      ]),
    ),
    addInThreeWrites: text => floor.addInThreeWrites(text),
    async close() {
      floor.close()
      await rm(folder, { recursive: true })
    },
  }
}

async function measure(name: string, rounds: number): Promise<void> {
  const { store, floors, addInThreeWrites, close } = await (name === 'mysql' ? mysqlBench() : libsqlBench())
  const memory = await Memory.open({ store, index: new ExactIndex(384), embedder: new HashEmbedder() })
  const ways: Record<string, Add> = {
    [addBatch]: texts => memory.addBatch(texts, { userId: 'user' }),
    ...floors,
    [looped]: texts => Promise.all(texts.map(text => addInThreeWrites(text))),
  }
  const samples = new Map<string, number[]>()
  let next = 0
  // The first round warms up code, caches and files.
  for (let round = 0; round <= rounds; round++) {
    const order = round % 2 === 0 ? Object.entries(ways) : Object.entries(ways).toReversed()
    for (const size of sizes) {
      for (const [way, add] of order) {
        const texts = sampleTexts(next, size)
        next += size
        const start = performance.now()
        await add(texts)
        if (round > 0)
          samples.set(`${way} ${size}`, [...(samples.get(`${way} ${size}`) ?? []), performance.now() - start])
      }
    }
  }
  await memory.close()
  await close()
  report(Object.keys(ways), Object.keys(floors)[0] ?? '', samples)
}

function report(
  ways: readonly string[],
  floor: string,
  samples: ReadonlyMap<string, readonly number[]>,
): void {
  const timeOf = (way: string, size: number): number => median(samples.get(`${way} ${size}`) ?? [])
  for (const size of sizes) {
    console.log(`\n${size} memories: median ms, memories/s, times the floor`)
    for (const way of ways) {
      const time = timeOf(way, size)
      const ratio = time / timeOf(floor, size)
      console.log(
        `${way.padEnd(36)} ${time.toFixed(1).padStart(8)} ${((size / time) * 1000).toFixed(0).padStart(8)} ${ratio.toFixed(2).padStart(6)}`,
      )
    }
    console.log(`${looped} / ${addBatch}: ${(timeOf(looped, size) / timeOf(addBatch, size)).toFixed(1)}`)
  }
}

const [name = '', rounds = '9'] = process.argv.slice(2)
if (name !== 'mysql' && name !== 'libsql') throw new Error('Give mysql or libsql.')
await measure(name, Number(rounds))
