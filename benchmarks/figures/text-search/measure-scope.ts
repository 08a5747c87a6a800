import { Memory } from '@agentmem/core'

import { median, percentile } from '../../measured/statistics.ts'
import type { StoreRow } from '../../opening/backends.ts'
import { makePlace } from '../../opening/own-place.ts'
import type { StartedServers } from '../../opening/start-servers.ts'
import { Conversations } from '../../scenarios/conversations.ts'

/** What is stored: so many users, each with so many runs. */
export interface MeasuredScope {
  readonly users: number
  readonly runs: number
  readonly turnsOfRun: number
}

export interface MeasureSettings {
  /** Searches that are timed, spread over the users. */
  readonly queries: number
  /** How often a single user is opened for a first search; of many users each has its own. */
  readonly openings: number
  readonly subwords: boolean
}

/** Milliseconds, and bytes of the text index a text. */
export interface ScopeFigures {
  readonly p50: number
  readonly p95: number
  readonly longest: number
  /** The median of all first searches. */
  readonly first: number
  readonly bytes: number
}

interface Question {
  readonly userId: string
  readonly query: string
}

const batchSize = 1_000
/** Of a user of its own: until then the code of a search is not compiled, and its garbage is that of the filling. */
const warmUp = 300

/** Fills a new place of a Store, opens it again, and searches. */
export async function measureScope(
  store: StoreRow,
  servers: StartedServers,
  scope: MeasuredScope,
  { queries, openings, subwords }: MeasureSettings,
): Promise<ScopeFigures> {
  const place = await makePlace(store.server === undefined ? [] : [store.server], servers.urls)
  const open = async (): Promise<Memory> =>
    Memory.open({ store: await store.open(place), text: { subwords } })
  try {
    const filling = await open()
    const warming = await fill(filling, { users: 1, runs: 40, turnsOfRun: 25 }, warmUp, 'warm')
    const questions = await fill(filling, scope, queries + Math.max(scope.users, openings), 'user')
    await filling.close()

    let memory = await open()
    for (const question of warming) await time(memory, question)
    const firsts: number[] = []
    if (scope.users > 1) {
      for (const question of questions.splice(0, scope.users)) firsts.push(await time(memory, question))
    } else {
      for (const question of questions.splice(0, openings)) {
        await memory.close()
        memory = await open()
        firsts.push(await time(memory, question))
      }
    }
    const times: number[] = []
    for (const question of questions.slice(0, queries)) times.push(await time(memory, question))
    const { texts } = await memory.stats()
    await memory.close()
    return {
      p50: percentile(times, 0.5),
      p95: percentile(times, 0.95),
      longest: Math.max(...times),
      first: median(firsts),
      bytes: texts ? texts.bytes / texts.texts : Number.NaN,
    }
  } finally {
    await place.remove()
  }
}

/** Adds the turns of all users, and returns questions to them, the users in turn. */
async function fill(
  memory: Memory,
  { users, runs, turnsOfRun }: MeasuredScope,
  wanted: number,
  name: string,
): Promise<Question[]> {
  const conversations = new Conversations(1)
  const ofUser = Math.ceil(wanted / users)
  const questions: Question[][] = []
  for (let user = 0; user < users; user++) {
    const userId = `${name}-${user}`
    const turns = conversations.runs(userId, runs, turnsOfRun)
    for (let i = 0; i < turns.length; i += batchSize) await memory.addBatch(turns.slice(i, i + batchSize))
    const step = Math.max(1, Math.floor(turns.length / ofUser))
    const asked = turns.filter((_, i) => i % step === 0).slice(0, ofUser)
    questions.push(asked.map(turn => ({ userId, query: conversations.question(turn) })))
  }
  return Array.from({ length: ofUser }, (_, i) => questions.flatMap(own => own[i] ?? [])).flat()
}

async function time(memory: Memory, { userId, query }: Question): Promise<number> {
  const start = performance.now()
  await memory.search(query, { userId, mode: 'text' })
  return performance.now() - start
}
