import type { Report, ReportRow } from '../../measured/report.ts'
import { barChart } from '../chart.ts'
import type { Chart } from '../chart.ts'
import { baseParts, findRows, unique } from '../find-rows.ts'
import { count, latencyCells, latencyHeadings, number } from '../format-cells.ts'
import type { MakeSection } from '../section.ts'

const scenarios = ['single-add', 'mixed-load', 'concurrency', 'change']

/** What single calls take, one recorded at a time. */
export const latency: MakeSection = report => {
  const singles = findRows(report, { scenario: 'add', what: 'one by one' })
  const most = Math.max(...singles.map(({ size }) => size))
  const rows = [
    ...singles.filter(({ size }) => size === most),
    ...report.rows.filter(row => scenarios.includes(row.scenario) && row.latency),
  ]
  if (rows.length === 0) return undefined
  return {
    id: 'latency',
    title: 'Latency of calls',
    text: [
      'Each call was timed by itself; nothing is averaged. A p99 is given from 1,000 samples. Calls of the mixed load are timed from when they were due, so that what waits behind a slow call counts: where less is answered than the 200 searches and 50 adds a second that are asked for, the time is that of a queue which grows.',
    ],
    charts: [
      ...chartOf(report, 'add', 'one by one', 'store'),
      ...chartOf(report, 'mixed-load', 'mixed load: search', 'index'),
    ],
    table: {
      headings: ['combination', 'call', 'memories', ...latencyHeadings, 'items/s', 'failures'],
      rows: rows.map(row => [
        `${row.store} + ${row.index} + ${row.embedder}`,
        row.what,
        count(row.size),
        ...latencyCells(row.latency),
        number(row.measures['items/s']?.median),
        String(row.failures),
      ]),
    },
    command: `npm run bench -- --scenarios ${scenarios.join()}`,
  }
}

/** p50 and p95 of one call, one part varied around the base. */
function chartOf(report: Report, scenario: string, what: string, part: 'store' | 'index'): Chart[] {
  const base = baseParts(report)
  const other = part === 'store' ? { index: base.index } : { store: base.store }
  const all = findRows(report, { ...other, embedder: base.embedder, scenario, what })
  const most = Math.max(...all.map(({ size }) => size))
  const shown = all.filter(({ size }) => size === most)
  const names = unique(shown.map(row => row[part]))
  if (names.length === 0) return []
  const of = (name: string): ReportRow | undefined => shown.find(row => row[part] === name)
  return [
    barChart({
      title: `Milliseconds of a call, ${what}, by ${part}`,
      xName: 'ms',
      categories: names,
      series: [
        { name: 'p50', values: names.map(name => of(name)?.latency?.p50) },
        { name: 'p95', values: names.map(name => of(name)?.latency?.p95) },
      ],
    }),
  ]
}
