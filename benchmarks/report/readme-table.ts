import type { Report, ReportRow } from '../measured/report.ts'
import { baseParts, findRows, measureOf, unique } from './find-rows.ts'
import { count, dash, number } from './format-cells.ts'
import { renderTable } from './markdown.ts'
import { cellOf } from './merge-reports.ts'
import { readmePicture } from './readme-chart.ts'

/** Numbers of memories that the README tells of. */
const shownSizes = [10_000, 100_000]

/**
 * What the README says of speed: the picture of writes, and how each index searches on the base store. `folder` is where the
 * report lies, seen from the README.
 */
export function readmeTable(report: Report, folder: string): string {
  const { store, embedder } = baseParts(report)
  const searches = findRows(report, { scenario: 'search', what: 'search', store, embedder })
  const sizes = shownSizes.filter(size => searches.some(row => row.size === size))
  const at = (index: string, size: number): ReportRow | undefined =>
    searches.find(row => row.index === index && row.size === size)
  const table = renderTable({
    headings: [
      'index',
      ...sizes.flatMap(size => [`p50 of ${count(size)}`, 'p95', 'recall@10']),
      'indexed/s, adds of 1,000',
    ],
    rows: unique(searches.map(({ index }) => index)).map(index => [
      index,
      ...sizes.flatMap(size => searchCells(at(index, size))),
      `${number(measureOf(addOf(report, { store, index, embedder }), 'indexed/s')?.median)}/s`,
    ]),
  })
  const { environment, settings, startedAt } = report
  const source = `${settings.rounds} processes each, one with 100,000. Measured ${startedAt.slice(0, 10)} on ${environment.cpu}, ${environment.cores} cores, Node ${environment.node}: [report](${folder}/report.md), [raw results](${folder}/results.json).`
  const later = (report.added ?? []).map(
    ({ startedAt, cells }) =>
      `The rows of ${indexesOf(cells).join(', ')} were added ${startedAt.slice(0, 10)}, with ${roundsOf(report, cells)} processes.`,
  )
  const about = `A search for 10 of one user's memories, by index, on ${store}. Recall is against comparing with every vector.`
  return [readmePicture(report, folder), about, table, [source, ...later].join(' ')]
    .filter(part => part !== '')
    .join('\n\n')
}

function indexesOf(cells: readonly string[]): string[] {
  return unique(cells.map(cell => cell.split(' + ')[1] ?? ''))
}

function roundsOf({ rows }: Report, cells: readonly string[]): number {
  return Math.max(...rows.filter(row => cells.includes(cellOf(row))).map(({ rounds }) => rounds))
}

function searchCells(row: ReportRow | undefined): string[] {
  const ms = [row?.latency?.p50, row?.latency?.p95].map(value =>
    value === undefined ? dash : `${number(value)} ms`,
  )
  return [...ms, measureOf(row, 'recall@10')?.median.toFixed(3) ?? dash]
}

function addOf(
  report: Report,
  parts: Pick<ReportRow, 'store' | 'index' | 'embedder'>,
): ReportRow | undefined {
  return findRows(report, { ...parts, scenario: 'add', what: 'addBatch', size: 1_000 })[0]
}

/** Puts a text between the markers `<!-- NAME: start -->` and `<!-- NAME: end -->` of a document. Throws without them. */
export function replaceBetweenMarkers(document: string, name: string, text: string): string {
  const [opening, closing] = [`<!-- ${name}: start -->`, `<!-- ${name}: end -->`]
  const start = document.indexOf(opening)
  const end = document.indexOf(closing)
  if (start < 0 || end < start) throw new Error(`The document has no ${opening} with a ${closing} after it.`)
  return `${document.slice(0, start + opening.length)}\n\n${text}\n\n${document.slice(end)}`
}
