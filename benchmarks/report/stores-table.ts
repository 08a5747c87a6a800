import type { Report } from '../measured/report.ts'
import { baseParts, findRows, measureOf, unique } from './find-rows.ts'
import { count, dash, number } from './format-cells.ts'
import { renderTable } from './markdown.ts'

const shownSizes = [1, 10, 100, 1_000]

/** How fast each store takes memories in, with the base index, and what of them survives what. `folder` is seen from docs/. */
export function storesTable(report: Report, folder: string): string {
  const { index, embedder } = baseParts(report)
  const rows = findRows(report, { scenario: 'add', what: 'addBatch', index, embedder })
  const sizes = shownSizes.filter(size => rows.some(row => row.size === size))
  const rateOf = (store: string, size: number): string =>
    `${number(measureOf(findRows({ rows }, { store, size })[0], 'acknowledged/s')?.median)}/s`
  const durabilityOf = (store: string): string =>
    report.backends.find(({ part, name }) => part === 'store' && name === store)?.durability ?? dash
  const table = renderTable({
    headings: ['store', ...sizes.map(size => `${count(size)} a batch`), 'what an acknowledged write is'],
    rows: unique(rows.map(({ store }) => store)).map(store => [
      store,
      ...sizes.map(size => rateOf(store, size)),
      durabilityOf(store),
    ]),
  })
  const { environment, startedAt } = report
  return `${table}\n\nMemories acknowledged a second by \`addBatch\`, with vectors and the ${index} index, on ${environment.cpu}, ${environment.cores} cores, ${startedAt.slice(0, 10)}: [benchmarks](${folder}README.md).`
}
