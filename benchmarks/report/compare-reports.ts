import { reportSchema } from '../measured/report.ts'
import type { Report, ReportRow } from '../measured/report.ts'
import { compareEstimates } from '../measured/statistics.ts'
import type { Estimate } from '../measured/statistics.ts'

export type Verdict = 'better' | 'worse' | 'tie'

export interface Comparison {
  readonly name: string
  readonly measure: string
  readonly before: Estimate
  readonly after: Estimate
  readonly verdict: Verdict
}

export interface ReportComparison {
  readonly compared: readonly Comparison[]
  /** Rows of one report that the other lacks. */
  readonly onlyBefore: readonly string[]
  readonly onlyAfter: readonly string[]
  /** Differences of machine and settings that make the figures no comparison of code. */
  readonly warnings: readonly string[]
}

/** Checks that a value that was read is a report this code understands. */
export function readReport(text: string, file: string): Report {
  const report = JSON.parse(text) as Partial<Report>
  if (report.schema !== reportSchema || !Array.isArray(report.rows)) {
    throw new Error(
      `${file} is no report of schema ${reportSchema} (its schema is ${report.schema}); measure again with npm run bench -- --json.`,
    )
  }
  return report as Report
}

/** Sets each measure of two reports side by side. Where the intervals overlap it is a tie. */
export function compareReports(before: Report, after: Report): ReportComparison {
  const [a, b] = [rowsByName(before), rowsByName(after)]
  const compared = [...a].flatMap(([name, row]) => {
    const other = b.get(name)
    return other ? compareRows(name, row, other) : []
  })
  return {
    compared,
    onlyBefore: [...a.keys()].filter(name => !b.has(name)),
    onlyAfter: [...b.keys()].filter(name => !a.has(name)),
    warnings: differences(before, after),
  }
}

function compareRows(name: string, before: ReportRow, after: ReportRow): Comparison[] {
  return Object.entries(before.measures).flatMap(([measure, was]) => {
    const is = after.measures[measure]
    if (!is) return []
    const order = compareEstimates(is, was)
    const isBetter = (order === 'higher') === higherIsBetter(measure)
    const verdict: Verdict = order === 'tie' ? 'tie' : isBetter ? 'better' : 'worse'
    return [{ name, measure, before: was, after: is, verdict }]
  })
}

/** Rates and recall; everything else is time or space. */
function higherIsBetter(measure: string): boolean {
  return measure.endsWith('/s') || measure.startsWith('recall')
}

function rowsByName({ rows }: Report): Map<string, ReportRow> {
  return new Map(
    rows.map(row => [
      `${row.store} + ${row.index} + ${row.embedder}: ${row.scenario}, ${row.what}, ${row.size}`,
      row,
    ]),
  )
}

function differences(before: Report, after: Report): string[] {
  const facts = ['cpu', 'cores', 'memoryBytes', 'kernel', 'node'] as const
  return facts
    .filter(fact => before.environment[fact] !== after.environment[fact])
    .map(fact => `${fact} differs: ${before.environment[fact]} before, ${after.environment[fact]} after`)
}
