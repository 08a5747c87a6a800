import { parseArgs } from 'node:util'
import { NoServer } from '@agentmem/testcontainers'
import { startServers } from './opening/start-servers.ts'
import { faults } from './torture/faults.ts'
import { Tally, wrongs } from './torture/figures.ts'
import type { Figures } from './torture/figures.ts'
import { runFault } from './torture/run-fault.ts'

const usage = `npm run torture -- [--seed N] [--scale N] [--faults kills,cuts]

Does to memories what happens to them: kills, cut connections, full disks, paused processes, a failover. Ends with 1 when
an acknowledged memory was lost, a call was done in part, a memory was shown to others than its owner, or an error was
no MemoryError.

--seed     repeats a run; printed at the start
--scale    1 is what the tests do, 20 (the default) is 200 kills
--faults   ${Object.keys(faults).join(', ')}`

const columns: readonly (keyof Figures)[] = ['kills', 'cuts', 'inputs', 'processes', ...wrongs]

function rowOf(name: string, cells: readonly (string | number)[]): string {
  return name.padEnd(12) + cells.map(cell => String(cell).padStart(12)).join('')
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
      scale: { type: 'string', default: '20' },
      faults: { type: 'string', default: Object.keys(faults).join(',') },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const [seed, scale] = [Number(values.seed), Number(values.scale)]
  console.log(`seed ${seed}, scale ${scale}`)
  const servers = await startServers(['postgres', 'mysql'])
  const table = new Map<string, Tally | string>()
  const end = (): number => {
    console.log(render(table))
    return [...table.values()].every(row => typeof row === 'string' || row.isClean) ? 0 : 1
  }
  // A run that is stopped tells what it has found so far.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(end()))
  const say = (what: string): void => console.log(`  ${what}`)
  try {
    for (const name of values.faults.split(',')) {
      const start = performance.now()
      const tally = new Tally(finding => say(`FOUND ${finding}`))
      table.set(name, tally)
      try {
        await runFault(name, { seed, scale, tally, urls: servers.urls, say })
        console.log(`${name}: ${((performance.now() - start) / 1000).toFixed(0)} s`)
      } catch (error) {
        if (!(error instanceof NoServer)) throw error
        table.set(name, `not done: ${error.message}`)
      }
    }
  } finally {
    await servers.stop()
  }
  return end()
}

/** A line for each fault, and one for all together. */
function render(table: ReadonlyMap<string, Tally | string>): string {
  const tallies = [...table.values()].filter(row => typeof row !== 'string')
  const rows = Array.from(table, ([name, row]) =>
    typeof row === 'string'
      ? `${name.padEnd(12)}${row}`
      : rowOf(
          name,
          columns.map(column => row.figures[column]),
        ),
  )
  const sums = columns.map(column => tallies.reduce((sum, { figures }) => sum + figures[column], 0))
  return ['', rowOf('', columns), ...rows, rowOf('all', sums)].join('\n')
}

process.exitCode = await main()
