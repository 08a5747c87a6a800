import { NoServer } from '@agentmem/testcontainers'
import { describe, expect, test } from 'vitest'
import { faults } from '../torture/faults.ts'
import { Tally } from '../torture/figures.ts'
import { runFault } from '../torture/run-fault.ts'
import { serverUrls } from './server-urls.ts'

/** Those that have a test of their own: the kills beside this one, the others in packages/postgres and packages/mysql. */
const elsewhere = ['kills', 'failover', 'cluster']
const required = (process.env['AGENTMEM_REQUIRE'] ?? '').split(',')

describe('nothing is lost, done in part, shown to others, or thrown without a type', () => {
  for (const name of Object.keys(faults).filter(name => !elsewhere.includes(name))) {
    test(name, { timeout: 300_000 }, async ({ skip }) => {
      const seed = Math.floor(Math.random() * 2 ** 31)
      try {
        const tally = new Tally()
        await runFault(name, { seed, tally, scale: 1, urls: serverUrls(), say: () => undefined })
        expect(tally.findings, `seed ${seed}`).toEqual([])
        expect(tally.figures.inputs).toBeGreaterThan(20)
      } catch (error) {
        if (!(error instanceof NoServer) || required.includes('pgbouncer')) throw error
        console.error(`Skipped: ${name}: ${error.message}`)
        skip(error.message)
      }
    })
  }
})
