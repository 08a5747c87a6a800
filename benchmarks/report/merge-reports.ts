import type { Report, ReportRow } from '../measured/report.ts'

/**
 * A report with what a later run measured: rows of the same cell are replaced, others added, and the report says what was added
 * when. Environment and time stay those of the first run.
 */
export function addToReport(report: Report, later: Report): Report {
  const measured = new Set(later.rows.map(cellOf))
  const known = new Set(report.backends.map(({ part, name }) => `${part} ${name}`))
  const added = { startedAt: later.startedAt, gitSha: later.environment.gitSha, cells: [...measured] }
  return {
    ...report,
    backends: [
      ...report.backends,
      ...later.backends.filter(({ part, name }) => !known.has(`${part} ${name}`)),
    ],
    rows: [...report.rows.filter(row => !measured.has(cellOf(row))), ...later.rows],
    failed: [...report.failed, ...later.failed],
    added: [...(report.added ?? []), added],
  }
}

/** The name of the cell that a row is of, by which it is found again. */
export function cellOf({ scenario, what, store, index, embedder, size }: ReportRow): string {
  return `${scenario}, ${what}, ${size}: ${store} + ${index} + ${embedder}`
}
