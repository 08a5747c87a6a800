import type { CellResult, CellRow } from '../measured/cell.ts'
import { summarizeLatency } from '../measured/latency.ts'
import type { ReportRow } from '../measured/report.ts'
import { estimateMedian } from '../measured/statistics.ts'
import type { Estimate } from '../measured/statistics.ts'

interface Measured {
  readonly cell: CellResult
  readonly row: CellRow
}

/** Puts together what the rounds have measured of the same thing. */
export function summarizeCells(results: readonly CellResult[], seed: number): ReportRow[] {
  const groups = new Map<string, Measured[]>()
  for (const cell of results) {
    for (const row of cell.rows) {
      const { scenario, combination } = cell.spec
      const key = JSON.stringify([scenario, combination, row.what, row.size])
      const group = groups.get(key)
      if (group) group.push({ cell, row })
      else groups.set(key, [{ cell, row }])
    }
  }
  return [...groups.values()].map(group => summarize(group, seed))
}

function summarize(group: readonly Measured[], seed: number): ReportRow {
  const [first] = group
  if (!first) throw new Error('A group of results is empty.')
  const { spec } = first.cell
  const rows = group.map(({ row }) => row)
  const latency = summarizeLatency(rows.flatMap(({ calls = [] }) => calls))
  return {
    ...spec.combination,
    scenario: spec.scenario,
    what: first.row.what,
    size: first.row.size,
    rounds: group.length,
    measures: measuresOf(rows, seed),
    ...(latency && { latency: rounded(latency) }),
    failures: rows.reduce((sum, { failures }) => sum + failures, 0),
    facts: largestFacts(rows),
    peakRssBytes: Math.max(...group.map(({ cell }) => cell.peakRssBytes)),
  }
}

function measuresOf(rows: readonly CellRow[], seed: number): Record<string, Estimate> {
  const names = new Set(rows.flatMap(({ samples }) => Object.keys(samples)))
  return Object.fromEntries(
    [...names].flatMap(name => {
      const estimate = estimateMedian(
        rows.map(({ samples }) => samples[name] ?? []),
        seed,
      )
      return estimate ? [[name, rounded(estimate)]] : []
    }),
  )
}

function largestFacts(rows: readonly CellRow[]): Record<string, number> {
  const facts: Record<string, number> = {}
  for (const row of rows) {
    for (const [name, value] of Object.entries(row.facts ?? {})) {
      facts[name] = Math.max(facts[name] ?? 0, value)
    }
  }
  return facts
}

/** Four digits are more than any of these figures can answer for, and keep the file small. */
function rounded<T extends object>(values: T): T {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value,
    ]),
  ) as T
}
