import { writeFileSync } from 'node:fs'

import type { BackendReport } from './measured/report.ts'
import { renderHtml } from './report/html.ts'
import { renderMarkdown } from './report/markdown.ts'
import { addToReport } from './report/merge-reports.ts'
import { newestReport, saveReport, writeReadme } from './report/saved-reports.ts'
import { runCommand } from './run/command-options.ts'
import { parseBenchCommand, usage } from './run/parse-bench-command.ts'
import { estimateSeconds, planCells } from './run/plan-cells.ts'
import { runMatrix } from './run/run-matrix.ts'
import { printResults } from './terminal/print-results.ts'
import { showMatrixProgress } from './terminal/show-matrix-progress.ts'

async function main(): Promise<number> {
  const command = parseBenchCommand(process.argv.slice(2))
  const { settings, json, html } = command
  if (command.help) {
    console.log(usage)
    return 0
  }
  if (command.plan) {
    const cells = planCells(settings)
    console.log(
      `${cells.length} cells, about ${formatMinutes(estimateSeconds(cells))}, if every backend is there`,
    )
    for (const scenario of settings.scenarios) {
      const own = cells.filter(cell => cell.scenario === scenario)
      console.log(`  ${scenario.padEnd(14)} ${own.length} cells, ${formatMinutes(estimateSeconds(own))}`)
    }
    return 0
  }
  const interruption = new AbortController()
  let interruptedCode: number | undefined
  for (const [name, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(name, () => {
      interruptedCode ??= code
      interruption.abort()
    })
  }
  const progress = showMatrixProgress()
  const report = await runMatrix(settings, {
    fresh: command.fresh,
    signal: interruption.signal,
    onBackend: backend =>
      console.error(`${backend.part.padEnd(8)} ${backend.name.padEnd(10)} ${stateOf(backend)}`),
    onStart: ({ cells, done, seconds }) => {
      console.error(`${cells} cells, ${done} of them measured before; about ${formatMinutes(seconds)} to go`)
      progress.start(cells, done)
    },
    onCell: progress.cell,
  })
  progress.end()
  if (interruptedCode !== undefined) {
    console.error('Interrupted; run the same command again to continue.')
    return interruptedCode
  }
  console.log(printResults(report))
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report)}\n`)
  if (html !== undefined) {
    writeFileSync(html, renderHtml(report))
    writeFileSync(html.replace(/\.html?$/, '') + '.md', renderMarkdown(report))
  }
  if (command.save || command.add) {
    const newest = command.add ? newestReport() : undefined
    console.log(`Saved in ${saveReport(newest ? addToReport(newest.report, report) : report)}`)
    writeReadme()
  }
  for (const { cell, error } of report.failed) console.error(`\nFAILED ${cell}\n${error}`)
  const failures = report.rows.filter(row => row.failures > 0)
  for (const row of failures) {
    console.error(`FAILED CALLS ${row.failures} in ${row.scenario} ${row.what}, ${row.store} + ${row.index}`)
  }
  return report.failed.length + failures.length > 0 ? 1 : 0
}

function stateOf({ status, casesPassed, reason }: BackendReport): string {
  return status === 'measured' ? `${casesPassed} conformance cases passed` : `${status}: ${reason}`
}

function formatMinutes(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`
}

await runCommand(main)
