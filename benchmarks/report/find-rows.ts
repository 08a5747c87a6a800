import { baseIndexOf } from '../measured/base-index.ts'
import type { Report, ReportRow } from '../measured/report.ts'
import type { Estimate } from '../measured/statistics.ts'

/** What is set must be equal. */
export type RowFilter = Partial<
  Pick<ReportRow, 'scenario' | 'what' | 'size' | 'store' | 'index' | 'embedder'>
>

export function findRows({ rows }: Pick<Report, 'rows'>, filter: RowFilter): ReportRow[] {
  const wanted = Object.entries(filter)
  return rows.filter(row => wanted.every(([name, value]) => row[name as keyof RowFilter] === value))
}

export function measureOf(row: ReportRow | undefined, name: string): Estimate | undefined {
  return row?.measures[name]
}

/** How many times as high the rate of one thing is as that of another, in the same combination and run. */
export function timesAsFast(report: Report, row: ReportRow, other: string): number | undefined {
  const { scenario, store, index, embedder, size } = row
  const [base] = findRows(report, { scenario, store, index, embedder, size, what: other })
  const [own, theirs] = [measureOf(row, 'acknowledged ms'), measureOf(base, 'acknowledged ms')]
  return own && theirs && theirs.median / own.median
}

export interface BaseParts {
  readonly store: string
  readonly index: string
  readonly embedder: string
}

/** The parts that the other ones are varied around: what the scenarios with few combinations ran on. */
export function baseParts({ backends, settings }: Report): BaseParts {
  // What was added later stands beside some parts only.
  const first = [...settings.stores, ...settings.indexes, ...settings.embedders]
  const measured = (part: 'store' | 'index' | 'embedder'): string[] =>
    backends
      .filter(b => b.part === part && b.status === 'measured' && first.includes(b.name))
      .map(({ name }) => name)
  return {
    store: measured('store')[0] ?? 'none',
    index: baseIndexOf(measured('index')) ?? 'none',
    embedder: measured('embedder')[0] ?? 'none',
  }
}

export function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
