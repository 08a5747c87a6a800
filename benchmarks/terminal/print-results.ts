import { formatNumber } from '../measured/format-number.ts'
import type { Report, ReportRow } from '../measured/report.ts'
import { formatTable } from './format-table.ts'

/** All rows of a report as tables for a terminal, one a scenario. */
export function printResults({ rows }: Report): string {
  const scenarios = [...new Set(rows.map(({ scenario }) => scenario))]
  return scenarios
    .map(scenario => {
      const own = rows.filter(row => row.scenario === scenario)
      const measures = [...new Set(own.flatMap(row => Object.keys(row.measures)))]
      const headings = ['combination', 'size', ...measures, 'p50 ms', 'p95 ms', 'p99 ms', 'n', 'failed']
      return `\n${scenario}\n${formatTable(
        headings,
        own.map(row => cellsOf(row, measures)),
      )}`
    })
    .join('\n')
}

function cellsOf(row: ReportRow, measures: readonly string[]): string[] {
  const { latency } = row
  return [
    `${row.store} + ${row.index} + ${row.embedder}: ${row.what}`,
    String(row.size),
    ...measures.map(name => formatNumber(row.measures[name]?.median ?? Number.NaN)),
    formatNumber(latency?.p50 ?? Number.NaN),
    formatNumber(latency?.p95 ?? Number.NaN),
    formatNumber(latency?.p99 ?? Number.NaN),
    latency ? String(latency.n) : '-',
    String(row.failures),
  ]
}
