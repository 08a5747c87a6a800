/**
 * LangGraph's stores beside ours, with the same vectors of the same texts: puts, batches, searches, and which
 * acknowledged puts are there after a kill -9. Each store in a process of its own, in turn, in reversed order every
 * second round. Needs what `npm run bench:peers` installs.
 *
 *   node benchmarks/langgraph-stores.ts [--rounds 3]
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { median } from './measured/statistics.ts'
import { startServers } from './opening/start-servers.ts'
import { pgvectorDatabase, withPgvectorDatabase } from './opening/with-pgvector-database.ts'
import { formatTable } from './terminal/format-table.ts'
import { langgraphStores as names } from './peers/langgraph-task.ts'
import type { StoreTask, StoreTimes } from './peers/langgraph-task.ts'

const program = join(import.meta.dirname, 'peers/langgraph-store-process.ts')
const rounds = Number(parseArgs({ options: { rounds: { type: 'string', default: '3' } } }).values.rounds)
const killAfter = 150

const servers = await startServers(['pgvector'])
const measured = new Map<string, StoreTimes[]>(names.map(name => [name, []]))
const survived = new Map<string, string>()
for (let round = 0; round < rounds; round++) {
  for (const name of round % 2 === 0 ? names : names.toReversed()) {
    await inPlace(name, async place => {
      measured.get(name)?.push(await ask<StoreTimes>({ ...place, work: 'measure' }))
    })
    if (round > 0) continue
    await inPlace(name, async place => {
      const acknowledged = await writeUntilKilled({ ...place, work: 'write' })
      const there = await ask<number>({ ...place, work: acknowledged })
      survived.set(name, `${there} of ${acknowledged}`)
    })
  }
}
await servers.stop()

const headings = ['store', 'put ms', 'batch of 100 ms', 'puts/s in batches', 'search ms', 'after kill -9']
const rows = names.map(name => {
  const of = (what: keyof StoreTimes): number =>
    median((measured.get(name) ?? []).map(times => median(times[what])))
  const perSecond = Math.round(100_000 / of('batch'))
  const ms = (what: keyof StoreTimes): string => of(what).toFixed(2)
  return [name, ms('put'), ms('batch'), String(perSecond), ms('search'), survived.get(name) ?? '']
})
console.log(`Medians of ${rounds} rounds: 200 puts, 10 batches, 100 searches among 1,300 items`)
console.log(`Postgres: ${pgvectorDatabase(servers)}`)
console.log(formatTable(headings, rows))

async function inPlace(
  store: string,
  work: (place: Omit<StoreTask, 'work'>) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-langgraph-'))
  try {
    if (store.includes('Postgres')) await withPgvectorDatabase(servers, url => work({ store, folder, url }))
    else await work({ store, folder, url: '' })
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function ask<Result>(task: StoreTask): Promise<Result> {
  const child = fork(program)
  child.send(task)
  const [answer] = (await once(child, 'message')) as [{ result: Result; error?: string }]
  if (answer.error !== undefined) throw new Error(`${task.store}: ${answer.error}`)
  return answer.result
}

/** Returns how many puts the process had acknowledged when it was killed. */
async function writeUntilKilled(task: StoreTask): Promise<number> {
  const child = fork(program, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  child.send(task)
  let output = ''
  for await (const chunk of child.stdout ?? []) {
    output += String(chunk)
    if (output.split('\n').length > killAfter) child.kill('SIGKILL')
  }
  return output.split('\n').length - 1
}
