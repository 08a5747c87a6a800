import { beforeAll, describe, expect, test } from 'vitest'

import { pgliteBehindSocket } from '../measured/pglite-behind-socket.ts'
import type { PeerRow, ReportRow } from '../measured/report.ts'
import type { StartedServers } from '../opening/start-servers.ts'
import { withPgvectorDatabase } from '../opening/with-pgvector-database.ts'
import { agentmem } from '../peers/agentmem.ts'
import { measureUse } from '../peers/measure-use.ts'
import type { PeerSamples, PeerUseInfo } from '../peers/peer-task.ts'
import { ourName } from '../measured/peer-names.ts'
import { renderMarkdown } from '../report/markdown.ts'
import { makePeerRows } from '../run/peer-rows.ts'
import type { MeasuredUse } from '../run/peer-rows.ts'
import { estimate, sampleReport } from './sample-report.ts'

const timeout = 120_000
const size = 100
const options = { sizes: [size], seed: 1, database: pgliteBehindSocket }

function cell(store: string, index: string, perSecond: number): ReportRow {
  const [row] = sampleReport().rows
  if (!row) throw new Error('The sample report has no rows.')
  const measures = { 'acknowledged/s': estimate(perSecond), 'indexed/s': estimate(perSecond / 2) }
  return {
    ...row,
    store,
    index,
    what: 'addBatch',
    size,
    measures,
    facts: { 'embed calls': 1, statements: 5 },
  }
}

function measured(use: Partial<PeerUseInfo>, ms: number, indexedMs = ms, statements?: number): MeasuredUse {
  const common = { peer: 'Other', package: 'other', use: 'addAll()', kind: 'batch' } as const
  const samples: PeerSamples = {
    size,
    times: [ms],
    indexedTimes: [indexedMs],
    embedCalls: 1,
    ...(statements !== undefined && { statements }),
  }
  return { use: { ...common, ...use }, version: '1.2.3', rounds: [[samples]] }
}

describe('the rows of the peers', () => {
  const cells = { rows: [cell('postgres', 'pgvector', 1), cell('sqlite', 'hnsw', 500)] }
  const onPostgres = measured({ needsPostgres: true }, 100, 100, 300)

  test('compare a peer on Postgres with ours in the place of a peer, not with a cell', () => {
    const ours = [
      measured({ peer: ourName, needsPostgres: true, kind: 'single' }, 200),
      measured({ peer: ourName, needsPostgres: true }, 10, 50, 7),
    ]
    const rows = makePeerRows([onPostgres, ...ours], cells, options)
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      peer: 'Other',
      durability: pgliteBehindSocket,
      rate: { median: 1_000 },
      statements: 300,
      like: 'postgres + pgvector (addBatch)',
      likeRate: { median: 10_000 },
      likeIndexedRate: { median: 2_000 },
      likeEmbedCalls: 1,
      likeStatements: 7,
    })
  })

  test('leave out a peer that has nothing of ours beside it', () => {
    expect(makePeerRows([onPostgres], cells, options)).toEqual([])
  })

  test('compare the others with the first combination that was measured, without its statements', () => {
    const like = [
      ['libsql', 'hnsw'],
      ['sqlite', 'hnsw'],
    ] as const
    const [row] = makePeerRows([measured({ durability: 'synced', like }, 100)], cells, options)
    expect(row).toMatchObject({ durability: 'synced', like: 'sqlite + hnsw (addBatch)', likeEmbedCalls: 1 })
    expect(row?.likeRate.median).toBe(500)
    expect(row).not.toHaveProperty('likeStatements')
  })
})

describe('ours in the place of a peer, on a PGlite behind a socket', () => {
  const noServers: StartedServers = { urls: {}, versions: {}, missing: {}, stop: async () => undefined }
  const samples = new Map<string, PeerSamples>()

  beforeAll(async () => {
    for (const use of agentmem.filter(({ needsPostgres }) => needsPostgres)) {
      const [sample] = await withPgvectorDatabase(noServers, postgresUrl =>
        measureUse(use, [size], postgresUrl),
      )
      if (sample) samples.set(use.kind, sample)
    }
  }, timeout)

  test('embeds a batch once and single adds one by one', () => {
    expect(samples.get('batch')?.embedCalls).toBe(1)
    expect(samples.get('single')?.embedCalls).toBe(size)
  })

  test('counts the statements of the index beside those of the Store', () => {
    // Of the Store 3 for a batch, begin and lock as one, and as many for a single add. A flush asks 4 times where the log ends, sets
    // in 6 the slot of the index in the Store, where it last noted that, and has the one of the index.
    expect(samples.get('batch')?.statements).toBeGreaterThan(4)
    expect(samples.get('batch')?.statements).toBeLessThanOrEqual(14)
    expect(samples.get('single')?.statements).toBeGreaterThanOrEqual(3 * size)
  })

  test('takes the time until indexed from the same start', () => {
    for (const { times, indexedTimes } of samples.values()) {
      expect(indexedTimes).toHaveLength(times.length)
      for (const [i, ms] of times.entries()) expect(indexedTimes[i]).toBeGreaterThan(ms)
    }
  })
})

describe('the section of the peers', () => {
  const report = sampleReport()
  const [sample] = report.peers?.rows ?? []
  if (!sample) throw new Error('The sample report has no peer.')
  const markdownOf = (row: PeerRow): string =>
    renderMarkdown({ ...report, peers: { rows: [row], missing: [] } })

  test('says that both wrote to the same kind of PGlite, where one stood in', () => {
    const row = { ...sample, durability: pgliteBehindSocket, likeStatements: 1_234 }
    const markdown = markdownOf(row)
    expect(markdown).toContain('Other wrote to a PGlite behind a socket, and so did ours beside them')
    expect(markdown).toContain('1,234')
    expect(markdownOf(sample)).not.toContain('PGlite behind a socket')
  })
})
