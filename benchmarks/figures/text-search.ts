/**
 * What searches by words take, through a Memory without an embedder: of a user with 1,000 memories among many, and of
 * one user with all of them, in one run and in runs of 25. Then the first search of a scope, which reads its texts, and
 * the memory that the text index takes. Texts and questions are made up.
 *
 *   node benchmarks/figures/text-search.ts
 *
 *   --store sqlite           or another one, such as postgres
 *   --memories 100000        in each case
 *   --queries 1000           that are timed in each case
 *   --openings 5             of one large scope, each for one first search
 *   --no-similar-words       without the words that look like those of the query
 */
import { parseArgs } from 'node:util'

import { formatNumber } from '../measured/format-number.ts'
import { stores } from '../opening/backends.ts'
import { startServers } from '../opening/start-servers.ts'
import { formatTable } from '../terminal/format-table.ts'
import { measureScope } from './text-search/measure-scope.ts'

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
const store = stores[values.store]
if (!store)
  throw new Error(`There is no store '${values.store}'; there are ${Object.keys(stores).join(', ')}.`)
const memories = Number(values.memories)
const settings = {
  queries: Number(values.queries),
  openings: Number(values.openings),
  subwords: !values['no-similar-words'],
}
const turnsOfRun = 25
const turnsOfUser = 1_000
const scopes = [
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
  const version = servers.versions[store.server ?? '']
  console.log(
    `${values.store}${version === undefined ? '' : `, ${version}`}: ${formatNumber(memories)} memories, ${values.queries} searches; milliseconds`,
  )
  const rows: string[][] = []
  for (const scope of scopes) {
    const { p50, p95, longest, first, bytes } = await measureScope(store, servers, scope, settings)
    const each = (first / (scope.runs * scope.turnsOfRun)) * 1_000
    rows.push([scope.name, ...[p50, p95, longest, first, each, bytes].map(formatNumber)])
  }
  const headings = ['scope', 'p50', 'p95', 'longest', 'first search', 'of it a 1,000', 'bytes a text']
  console.log(formatTable(headings, rows))
} finally {
  await servers.stop()
}
