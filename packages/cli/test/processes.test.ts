import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { openMemory } from '@agentmem/core/open'
import { freshFolder } from '@agentmem/conformance'
import { describe, expect, test } from 'vitest'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import pg from 'pg'
import { lancedbOf, localPairs } from './backend-pairs.ts'
import type { BackendPair } from './backend-pairs.ts'
import { MemoryProcess } from './memory-process.ts'

/** Few, so that the tests stay short; `npm run test:kills` makes it 20. */
const kills = Number(process.env['AGENTMEM_KILLS'] ?? 3)

/** Three processes add and search, and are killed in turn; after each kill the two others and the new one find everything. */
async function killInTurn(pair: BackendPair, folder: string): Promise<void> {
  const acknowledged: string[] = []
  const processes: MemoryProcess[] = []
  const start = (slot: number, generation: number): Promise<MemoryProcess> => {
    const urls = { store: pair.store(folder), index: pair.index(folder, slot) }
    return MemoryProcess.start(`p${slot}g${generation}`, urls, contents => {
      acknowledged.push(...contents)
      for (const process of processes) process.know(contents)
    })
  }
  const missing = (): string[] =>
    processes.flatMap(({ name, missing }) => missing.map(text => `${name}: ${text}`))
  try {
    for (let slot = 0; slot < 3; slot++) processes.push(await start(slot, 0))
    for (let kill = 0; kill < kills; kill++) {
      for (const process of processes) process.write(kill * 1_000_000)
      await sleep(150 + Math.random() * 250)
      const slot = kill % 3
      await processes[slot]?.kill()
      // The others go on, one of them in its place as the one that flushes.
      await sleep(100 + Math.random() * 200)
      const others = processes.filter((_, i) => i !== slot)
      await Promise.all(others.map(process => process.pause()))
      processes[slot] = await start(slot, kill + 1)
      await Promise.all(processes.map(process => process.find(acknowledged)))
      expect(missing()).toEqual([])
      // Those that went on know the texts from the log, and the new one has just read them.
      const [fresh, ...kept] = await Promise.all(
        [slot, (slot + 1) % 3, (slot + 2) % 3].map(async one =>
          processes[one]?.rank(['batch3 item2', 'p1g0', 'item4']),
        ),
      )
      expect(fresh?.flat().length).toBeGreaterThan(0)
      for (const ranking of kept) expect(ranking).toEqual(fresh)
    }
    await Promise.all(processes.map(process => process.close()))
  } finally {
    await Promise.all(processes.map(process => process.kill()))
  }
  const memory = await openMemory({ store: pair.store(folder), index: pair.index(folder, 0) })
  try {
    const found = await memory.verify()
    expect(found).toMatchObject({ ok: true })
    expect(found.checked).toBeGreaterThanOrEqual(acknowledged.length)
    expect(acknowledged.length).toBeGreaterThan(kills * 10)
  } finally {
    await memory.close()
  }
}

async function inFolder(pair: BackendPair): Promise<void> {
  await using folder = await freshFolder()
  await killInTurn(pair, folder.path)
}

const title = `three processes that add, search and are killed ${kills} times in turn all find everything`
/** A kill takes some ten seconds, and twice that on a busy machine. */
const timeout = 120_000 + kills * 60_000

describe(title, () => {
  test.each(localPairs.map(pair => [pair.name, pair] as const))('%s', (_, pair) => inFolder(pair), timeout)
})

describeWithServer('postgres', title, server => {
  test(
    'Postgres and LanceDB',
    async () => {
      const { url } = server()
      const admin = new pg.Client({ connectionString: url })
      await admin.connect()
      const database = `processes_${randomUUID().replaceAll('-', '')}`
      await admin.query(`create database ${database}`)
      try {
        const store = Object.assign(new URL(url), { pathname: `/${database}` }).href
        await inFolder({ name: 'Postgres and LanceDB', store: () => store, index: lancedbOf })
      } finally {
        await admin.query(`drop database ${database} with (force)`)
        await admin.end()
      }
    },
    timeout,
  )
})
