import { Random } from '@agentmem/conformance'
import { describe, expect, test } from 'vitest'
import { serversOf } from '../opening/backends.ts'
import { Tally } from '../torture/figures.ts'
import { killPair } from '../torture/faults/kills.ts'
import { nameOf, shortPairs } from '../torture/pairs.ts'
import { serverUrls } from './server-urls.ts'

const kills = Number(process.env['AGENTMEM_KILLS'] ?? 10)
const urls = serverUrls()

describe(`${kills} kills of a process that does everything at random lose nothing`, () => {
  test.each(shortPairs.map(pair => [nameOf(pair), pair] as const))(
    '%s',
    async (_, pair) => {
      const missing = serversOf(pair).filter(server => urls[server] === undefined && server !== 'pgvector')
      expect(missing, 'servers that could not be started').toEqual([])
      const tally = new Tally()
      const seed = Math.floor(Math.random() * 2 ** 31)
      await killPair({ random: new Random(seed), tally, scale: 1, urls, say: () => undefined }, pair, kills)
      expect(tally.findings, `seed ${seed}`).toEqual([])
      expect(tally.figures.kills).toBe(kills)
    },
    600_000,
  )
})
