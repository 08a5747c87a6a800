// One cell, in a process of its own: gets its task from the parent, answers with what it measured, and ends.

import type { CellResult, CellSpec } from '../measured/cell.ts'
import type { Place } from '../opening/place.ts'
import { scenarios } from '../scenarios/all-scenarios.ts'
import { checkConformance } from './check-conformance.ts'
import type { BackendName, ConformanceResult } from './check-conformance.ts'
import { openWorkbench } from './open-workbench.ts'

export type CellTask = { readonly serverUrls: Place['urls'] } & (
  | { readonly measure: CellSpec }
  | { readonly check: BackendName }
)

export type CellAnswer =
  | { readonly measured: CellResult }
  | { readonly checked: ConformanceResult }
  | { readonly error: string }

async function measure(spec: CellSpec, serverUrls: Place['urls']): Promise<CellResult> {
  const scenario = scenarios[spec.scenario]
  if (!scenario) throw new Error(`There is no scenario '${spec.scenario}'.`)
  const start = performance.now()
  const bench = await openWorkbench(spec, serverUrls)
  try {
    const rows = await scenario.run(bench)
    return {
      spec,
      rows,
      peakRssBytes: process.resourceUsage().maxRSS * 1_024,
      seconds: (performance.now() - start) / 1_000,
    }
  } finally {
    await bench.clear()
  }
}

async function answer(task: CellTask): Promise<CellAnswer> {
  try {
    return 'check' in task
      ? { checked: await checkConformance(task.check, task.serverUrls) }
      : { measured: await measure(task.measure, task.serverUrls) }
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

process.once('message', task => {
  void answer(task as CellTask).then(said => process.send?.(said, () => process.exit(0)))
})
// Whoever waited for the answer is gone.
process.once('disconnect', () => process.exit(1))
