import type { Report, ReportRow } from '../measured/report.ts'
import { floor, pseudoBatch } from '../measured/strategy-names.ts'
import { findRows, timesAsFast, unique } from './find-rows.ts'
import { count, times } from './format-cells.ts'
import type { Table } from './section.ts'

/** How many times as fast as the pseudo-batch addBatch is to be: goals that were set before anything was measured. */
const targets: Readonly<Record<number, number>> = { 10: 3.6, 100: 18, 1_000: 36 }

/** What addBatch reaches of a target, and what the floor reaches there. */
interface Reached {
  readonly row: ReportRow
  readonly target: number
  readonly factor: number
  readonly byHand: number | undefined
}

/** A sentence for each store that stays below the targets anywhere, and why. */
export function explainShortfalls(report: Report): string[] {
  const all = reachedOf(report)
  return unique(all.map(partOf)).flatMap(part => {
    const own = all.filter(reached => partOf(reached) === part)
    const below = own.filter(reached => !isEnough(reached))
    if (below.length === 0) return []
    const store = own[0]?.row.store
    const known = report.backends.find(({ part, name }) => part === 'store' && name === store)?.savesLess
    const factors = below.map(({ factor }) => factor)
    const range = `${times(Math.min(...factors))} to ${times(Math.max(...factors))}`
    return `${part}: in ${below.length} of ${own.length} cases addBatch stays below the goals that were set before the measurement, 3.6, 18 and 36 times the rate of the pseudo-batch at 10, 100 and 1,000 (${range}; the table below has each): ${known ?? reasonOf(below)}.`
  })
}

/** One line for each combination and size that stays below its target. */
export function shortfallTable(report: Report): Table {
  return {
    headings: ['combination', 'size', '× pseudo-batch', 'goal', 'the same by hand'],
    rows: reachedOf(report)
      .filter(reached => !isEnough(reached))
      .map(({ row: { store, index, embedder, size }, factor, target, byHand }) => [
        `${store} + ${index} + ${embedder}`,
        count(size),
        times(factor),
        times(target),
        times(byHand),
      ]),
  }
}

function reachedOf(report: Report): Reached[] {
  return findRows(report, { scenario: 'add', what: 'addBatch' }).flatMap((row): Reached[] => {
    const target = targets[row.size]
    const factor = timesAsFast(report, row, pseudoBatch)
    if (target === undefined || factor === undefined) return []
    const { store, index, embedder, size } = row
    const [byHand] = findRows(report, { scenario: 'add', what: floor, store, index, embedder, size })
    return [{ row, target, factor, byHand: byHand && timesAsFast(report, byHand, pseudoBatch) }]
  })
}

function isEnough({ factor, target }: Reached): boolean {
  return factor >= target
}

function partOf({ row }: Reached): string {
  return `${row.store} with ${row.embedder}`
}

/** What the figures themselves say: whether less work than a library's would reach the goal. */
function reasonOf(below: readonly Reached[]): string {
  const measured = below.filter(({ byHand }) => byHand !== undefined)
  if (measured.length === 0) return 'the embedder takes most of the time, in a batch as well'
  const outOfReach = measured.filter(({ byHand, target }) => (byHand ?? 0) < target).length
  const rest = measured.length - outOfReach
  const reasons = [
    outOfReach > 0 &&
      `in ${outOfReach} of them the least that stores a memory, written by hand, does not reach it either, because a commit costs too little here for a batch to save more`,
    rest > 0 &&
      `in ${rest} the goal lies between addBatch and the floor, which has no change log, no unique keys, no checks and no dedupe`,
  ]
  return reasons.filter(reason => reason !== false).join('; ')
}
