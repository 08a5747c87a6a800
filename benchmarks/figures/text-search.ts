/**
 * What searches by words take, through Memory: of a user with 1,000 memories among many, and of one user with all of
 * them, in one run and in runs of 25. Then the first search of a scope, which reads its texts, and the memory that the
 * text index takes. Texts and questions are made up.
 *
 *   node benchmarks/figures/text-search.ts
 *
 *   --store sqlite           or another one, such as postgres
 *   --memories 100000        in each case
 *   --queries 1000           that are timed in each case, after 100 that are not
 *   --openings 5             of one large scope, each for one first search
 *   --no-similar-words       without the words that look like those of the query
 */
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'

import { ExactIndex, HashEmbedder, Memory } from '@agentmem/core'

import { formatNumber } from '../measured/format-number.ts'
import { median, percentile } from '../measured/statistics.ts'
import { stores } from '../opening/backends.ts'
import { makePlace } from '../opening/own-place.ts'
import { startServers } from '../opening/start-servers.ts'
import { Conversations } from '../scenarios/conversations.ts'
import { formatTable } from '../terminal/format-table.ts'

const text = { type: 'string' } as const
const { values } = parseArgs({
  options: {
    store: { ...text, default: 'sqlite' },
    memories: { ...text, default: '100000' },
    queries: { ...text, default: '1000' },
    openings: { ...text, default: '5' },
    'no-similar-words': { type: 'boolean', default: false },
  },
})
const [memories, queries, openings] = [values.memories, values.queries, values.openings].map(Number) as [
  number,
  number,
  number,
]
const store = stores[values.store]
if (!store)
  throw new Error(`There is no store '${values.store}'; there are ${Object.keys(stores).join(', ')}.`)

const turnsOfRun = 25
const turnsOfUser = 1_000
const warmUp = 100
/** The vectors are not asked for: small ones are written and read soonest. */
const dimensions = 8

interface Case {
  readonly name: string
  readonly users: number
  readonly runs: number
  readonly turnsOfRun: number
}
const cases: readonly Case[] = [
  {
    name: `a user of ${formatNumber(turnsOfUser)}, runs of ${turnsOfRun}`,
    users: memories / turnsOfUser,
    runs: turnsOfUser / turnsOfRun,
    turnsOfRun,
  },
  { name: 'one user, one run', users: 1, runs: 1, turnsOfRun: memories },
  { name: `one user, runs of ${turnsOfRun}`, users: 1, runs: memories / turnsOfRun, turnsOfRun },
]

const servers = await startServers(store.server === undefined ? [] : [store.server])
try {
  console.log(
    `${values.store} ${servers.versions[store.server ?? ''] ?? ''}: ${formatNumber(memories)} memories, ${formatNumber(queries)} searches, milliseconds\n`,
  )
  const headings = ['scope', 'p50', 'p95', 'longest', 'first search', 'first, a 1,000', 'bytes a text']
  const rows: string[][] = []
  for (const one of cases) rows.push(await measure(one))
  console.log(formatTable(headings, rows))
} finally {
  await servers.stop()
}

async function measure({ name, users, runs, turnsOfRun }: Case): Promise<string[]> {
  const place = await makePlace(store?.server === undefined ? [] : [store.server], servers.urls)
  const open = async (): Promise<Memory> =>
    Memory.open({
      store: await (store as NonNullable<typeof store>).open(place),
      index: new ExactIndex(dimensions),
      embedder: new HashEmbedder({ dimensions }),
      cache: false,
      text: { subwords: !values['no-similar-words'] },
    })
  try {
    const conversations = new Conversations(1)
    const questions: { userId: string; question: string }[][] = []
    const filling = await open()
    for (let user = 0; user < users; user++) {
      const turns = conversations.runs(`user-${user}`, runs, turnsOfRun)
      for (let i = 0; i < turns.length; i += 1_000) await filling.addBatch(turns.slice(i, i + 1_000))
      const asked = Math.ceil((queries + warmUp + openings) / users)
      const step = Math.max(1, Math.floor(turns.length / asked))
      questions.push(
        Array.from({ length: asked }, (_, i) => {
          const turn = turns[(i * step) % turns.length] as (typeof turns)[number]
          return { userId: turn.userId, question: conversations.question(turn) }
        }),
      )
    }
    await filling.close()

    const firstTimes: number[] = []
    let memory = await open()
    const search = async ({ userId, question }: { userId: string; question: string }): Promise<number> => {
      const start = performance.now()
      await memory.search(question, { userId, mode: 'text' })
      return performance.now() - start
    }
    // Of many users each has its own first search; one user is opened again and again.
    if (users > 1) {
      for (const own of questions) firstTimes.push(await search(first(own)))
    } else {
      for (let i = 0; i < openings; i++) {
        if (i > 0) {
          await memory.close()
          memory = await open()
        }
        firstTimes.push(await search(first(questions[0])))
      }
    }
    const inTurn = Array.from({ length: questions[0]?.length ?? 0 }, (_, i) =>
      questions.flatMap(own => own[i] ?? []),
    ).flat()
    for (const one of inTurn.slice(0, warmUp)) await search(one)
    // Garbage of the reading is not to fall into the searches.
    await setTimeout(500)
    const times: number[] = []
    for (const one of inTurn.slice(warmUp, warmUp + queries)) times.push(await search(one))
    const { texts } = await memory.stats()
    await memory.close()
    const firstTime = median(firstTimes)
    return [
      name,
      ...[
        percentile(times, 0.5),
        percentile(times, 0.95),
        Math.max(...times),
        firstTime,
        (firstTime / (runs * turnsOfRun)) * 1_000,
        texts ? texts.bytes / texts.texts : Number.NaN,
      ].map(formatNumber),
    ]
  } finally {
    await place.remove()
  }
}

function first<T>(list: readonly T[] | undefined): T {
  return list?.[0] as T
}
