import type { Report, ReportRow } from '../../measured/report.ts'
import { floor, pseudoBatch } from '../../measured/strategy-names.ts'
import { barChart, lineChart } from '../chart.ts'
import { baseParts, findRows, measureOf, timesAsFast, unique } from '../find-rows.ts'
import {
  count,
  dash,
  estimate,
  latencyCells,
  latencyHeadings,
  megabytes,
  number,
  times,
} from '../format-cells.ts'
import type { MakeSection, Table } from '../section.ts'

const rate = 'acknowledged/s'

/** How many memories a second are acknowledged, by batch size and strategy. */
export const throughput: MakeSection = report => {
  const rows = findRows(report, { scenario: 'add' }).filter(({ what }) => what !== 'size on disk')
  if (rows.length === 0) return undefined
  const sizes = unique(rows.map(({ size }) => size)).sort((a, b) => a - b)
  const largest = sizes.at(-1) ?? 0
  const base = baseParts(report)
  const strategies = unique(findRows({ ...report, rows }, base).map(({ what }) => what))
  const stores = unique(rows.map(({ store }) => store))
  const rateOf = (what: string, size: number, store = base.store): number | undefined =>
    measureOf(findRows(report, { ...base, scenario: 'add', what, size, store })[0], rate)?.median
  return {
    id: 'throughput',
    title: 'Throughput by size and strategy',
    text: [
      'Acknowledged means durable (see the durability of each store) and found by the next search. Pseudo-batch is a Promise.all over single adds with an embed call and three transactions each, by hand; the floor is one embed call and one transaction, by hand, on the same database, in turn with the others in the same process.',
      'In brackets: the interval that holds the median with 95%. Where two overlap, the figures are a tie.',
    ],
    charts: [
      lineChart({
        title: `Memories a second by batch size: ${base.store} + ${base.index}`,
        xName: 'memories in a batch',
        yName: 'memories/s',
        x: sizes,
        series: strategies.map(name => ({
          name,
          color: colorOf(name),
          values: sizes.map(size => rateOf(name, size)),
        })),
      }),
      barChart({
        title: `Memories a second in batches of ${largest}, by store, with the ${base.index} index`,
        xName: `memories/s, ${largest} at a time`,
        categories: stores,
        series: ['addBatch', floor, pseudoBatch].map(name => ({
          name,
          color: colorOf(name),
          values: stores.map(store => rateOf(name, largest, store)),
        })),
      }),
    ],
    table: batchTable(report, sizes),
    details: [{ title: 'Every strategy, size and combination', table: fullTable(report, rows) }].filter(
      ({ table }) => table.rows.length > 0,
    ),
    command: 'npm run bench -- --scenarios add',
  }
}

/** A strategy has the same colour in every chart. */
function colorOf(strategy: string): number {
  return ['addBatch', pseudoBatch, 'adds, coalesced', 'one by one', floor].indexOf(strategy)
}

/** One line a combination: addBatch at each size. */
function batchTable(report: Report, sizes: readonly number[]): Table {
  const combinations = findRows(report, { scenario: 'add', what: 'addBatch', size: sizes[0] ?? 0 })
  const at = ({ store, index, embedder }: ReportRow, size: number): ReportRow | undefined =>
    findRows(report, { scenario: 'add', what: 'addBatch', store, index, embedder, size })[0]
  return {
    headings: [
      'addBatch',
      ...sizes.map(size => `${count(size)}: memories/s`),
      ...sizes.map(size => `${size}: × pseudo-batch`),
      `${sizes.at(-1)}: × floor`,
    ],
    rows: combinations.map(combination => {
      const { store, index, embedder } = combination
      const rowsBySize = sizes.map(size => at(combination, size))
      const last = rowsBySize.at(-1)
      return [
        `${store} + ${index} + ${embedder}`,
        ...rowsBySize.map(row => number(measureOf(row, rate)?.median)),
        ...rowsBySize.map(row => (row ? times(timesAsFast(report, row, pseudoBatch)) : dash)),
        last ? times(timesAsFast(report, last, floor)) : dash,
      ]
    }),
  }
}

function fullTable(report: Report, rows: readonly ReportRow[]): Table {
  const disk = (row: ReportRow): string => {
    const { store, index, embedder } = row
    const [size] = findRows(report, { scenario: 'add', what: 'size on disk', store, index, embedder })
    return number(measureOf(size, 'bytes/memory')?.median)
  }
  const durability = (store: string): string =>
    report.backends.find(({ part, name }) => part === 'store' && name === store)?.durability ?? dash
  return {
    headings: [
      'combination',
      'strategy',
      'size',
      'acknowledged/s',
      'until indexed/s',
      'statements',
      'round trips',
      'embed calls',
      ...latencyHeadings,
      'failures',
      '× pseudo-batch',
      '× floor',
      'bytes/memory',
      'peak RSS MB',
      'durability',
    ],
    rows: rows.map(row => [
      `${row.store} + ${row.index} + ${row.embedder}`,
      row.what,
      String(row.size),
      estimate(measureOf(row, rate)),
      estimate(measureOf(row, 'indexed/s')),
      count(row.facts['statements']),
      count(row.facts['round trips']),
      count(row.facts['embed calls']),
      ...latencyCells(row.latency),
      String(row.failures),
      times(timesAsFast(report, row, pseudoBatch)),
      times(timesAsFast(report, row, floor)),
      disk(row),
      megabytes(row.peakRssBytes),
      durability(row.store),
    ]),
  }
}
