import { reportSchema } from '../measured/report.ts'
import type { MeanScores, RecallReport } from '../measured/recall-report.ts'
import type { Report, ReportRow } from '../measured/report.ts'
import type { Estimate } from '../measured/statistics.ts'

export function estimate(median: number, spread = 0.1): Estimate {
  return { median, low: median * (1 - spread), high: median * (1 + spread), n: 10 }
}

const parts = { store: 'sqlite', index: 'hnsw', embedder: 'hash' }
const common = { ...parts, rounds: 5, failures: 0, facts: {}, peakRssBytes: 2 ** 27 }
const latency = { n: 1_000, p50: 1, p95: 2, p99: 3, max: 4, histogram: [[1, 1_000]] } as const

function addRow(what: string, size: number, ms: number, store = 'sqlite'): ReportRow {
  return {
    ...common,
    store,
    scenario: 'add',
    what,
    size,
    measures: {
      'acknowledged ms': estimate(ms),
      'acknowledged/s': estimate((size / ms) * 1_000),
      'indexed/s': estimate((size / ms) * 300),
    },
    latency,
    facts: { statements: 5, 'round trips': 5, 'embed calls': 1 },
  }
}

function meanScores(at10: number): MeanScores {
  const names = ['R@1', 'R@5', 'R@10', 'R@20', 'MRR', 'any@10', 'any@20']
  const sessions = ['session any@1', 'session any@5', 'session any@10', 'session R@10']
  return Object.fromEntries([...names, ...sessions].map(name => [name, { mean: at10, error: 0.014 }]))
}

/** What bench:recall adds: two modes, a variation, and BM25. */
export const sampleRetrieval: RecallReport = {
  startedAt: '2026-01-03T03:04:05.000Z',
  memories: 2_000,
  questions: 100,
  rows: [
    {
      shape: 'turns',
      combination: parts,
      mode: 'text',
      scores: meanScores(0.75),
      categories: [{ name: 'dates', questions: 40, scores: meanScores(0.875) }],
      latency: { p50: 0.5, p95: 0.75, n: 95 },
      firstSearch: 12,
    },
    {
      shape: 'turns',
      combination: { ...parts, reranker: 'http:rank-1' },
      mode: 'text',
      scores: meanScores(0.8),
      categories: [],
      latency: { p50: 50, p95: 75, n: 95 },
      firstSearch: 60,
      difference: { mean: 0.05, low: 0.02, high: 0.08 },
    },
    {
      shape: 'turns',
      combination: parts,
      mode: 'text',
      variation: 'without date',
      scores: meanScores(0.7),
      categories: [],
      difference: { mean: -0.05, low: -0.08, high: 0.001 },
      latency: { p50: 0.5, p95: 0.75, n: 95 },
      firstSearch: 12,
    },
    { shape: 'turns', mode: 'BM25', scores: meanScores(0.625), categories: [] },
  ],
}

/** A small report with something in every section. */
export function sampleReport(): Report {
  return {
    schema: reportSchema,
    startedAt: '2026-01-02T03:04:05.000Z',
    seconds: 60,
    environment: {
      cpu: 'A <CPU> & more',
      cores: 2,
      memoryBytes: 2 ** 33,
      diskSyncMs: 0.2,
      kernel: 'Linux 6.0',
      node: 'v24.0.0',
      gitSha: 'abc',
      gitDirty: false,
      lockfileHash: 'def',
    },
    settings: {
      stores: ['sqlite', 'postgres'],
      indexes: ['hnsw'],
      embedders: ['hash'],
      scenarios: ['add', 'search'],
      sizes: [10, 100, 1_000],
      rounds: 5,
      quick: false,
      seed: 1,
    },
    backends: [
      {
        part: 'store',
        name: 'sqlite',
        status: 'measured',
        casesPassed: 20,
        durability: 'synced',
        versions: { kysely: '1.0.0' },
      },
      {
        part: 'store',
        name: 'postgres',
        status: 'unavailable',
        reason: 'no server',
        casesPassed: 0,
        versions: {},
      },
      { part: 'index', name: 'hnsw', status: 'measured', casesPassed: 12, versions: {} },
      { part: 'embedder', name: 'hash', status: 'measured', casesPassed: 8, versions: {} },
    ],
    rows: [
      ...[10, 100, 1_000].flatMap(size => [
        addRow('pseudo-batch', size, size),
        addRow('one by one', size, size / 2),
        addRow('addBatch', size, 1 + size / 40),
        addRow('hand-written floor', size, 0.5 + size / 50),
      ]),
      {
        ...common,
        scenario: 'search',
        what: 'ingest',
        size: 10_000,
        measures: {
          'acknowledged/s': estimate(20_000),
          'indexed/s': estimate(4_000),
          'bytes/memory': estimate(4_000),
        },
      },
      {
        ...common,
        scenario: 'search',
        what: 'search',
        size: 10_000,
        measures: { 'items/s': estimate(1_000), 'recall@10': estimate(0.99, 0) },
        latency,
      },
      {
        ...common,
        scenario: 'mixed-load',
        what: 'mixed load: search',
        size: 5_000,
        measures: { 'items/s': estimate(200) },
        latency,
      },
      {
        ...common,
        scenario: 'recover',
        what: 'open',
        size: 5_000,
        measures: { 'items/s': estimate(5) },
        latency,
      },
      {
        ...common,
        scenario: 'event-loop',
        what: 'event loop while adding',
        size: 20_000,
        measures: { 'delay p99 ms': estimate(5) },
      },
    ],
    failed: [{ cell: 'add.sqlite.exact.hash.10.round0', error: 'No answer within 120 s; stopped.' }],
    peers: {
      rows: [
        {
          peer: 'Other',
          version: '1.2.3',
          use: 'addAll()',
          durability: 'synced',
          size: 1_000,
          rate: estimate(500),
          embedCalls: 1_000,
          like: 'sqlite + hnsw (addBatch)',
          likeRate: estimate(20_000),
          likeIndexedRate: estimate(520),
        },
      ],
      searches: [
        {
          peer: 'agentmem',
          version: '1.0.0',
          use: 'sqlite + usearch, addBatch([all])',
          durability: 'synced',
          memories: 10_000,
          p50: estimate(0.5),
          p95: 0.75,
          recall: 0.999,
        },
        {
          peer: 'Other',
          version: '1.2.3',
          use: 'addAll()',
          durability: 'synced',
          memories: 10_000,
          p50: estimate(25),
          p95: 50,
          recall: 1,
          statements: 3,
        },
      ],
      kills: [
        { peer: 'Other', version: '1.2.3', use: 'addAll()', kills: 5, acknowledged: 1_700, found: 1_690 },
      ],
      missing: [{ peer: 'Missing', reason: 'it does not install' }],
    },
    retrieval: sampleRetrieval,
  }
}
