import type { BackendReport, Report, ReportRow } from '../measured/report.ts'
import { floor, pseudoBatch } from '../measured/strategy-names.ts'
import { baseParts, findRows, measureOf, timesAsFast } from './find-rows.ts'
import { count, number, times } from './format-cells.ts'
import { renderTable } from './markdown.ts'

/**
 * The table of the README: addBatch on every store with the base index, then on the base store with every
 * other index. `folder` is where the report lies, seen from the README.
 */
export function readmeTable(report: Report, folder: string): string {
  const base = baseParts(report)
  const largest = findRows(report, { scenario: 'add', what: 'addBatch', embedder: base.embedder })
  const sizes = [...new Set(largest.map(({ size }) => size))].filter(size => [10, 100, 1_000].includes(size))
  const last = sizes.at(-1) ?? 0
  const shown = largest.filter(
    ({ store, index, size }) => size === last && (store === base.store || index === base.index),
  )
  const at = ({ store, index, embedder }: ReportRow, size: number): ReportRow | undefined =>
    findRows(report, { scenario: 'add', what: 'addBatch', store, index, embedder, size })[0]
  const table = renderTable({
    headings: [
      'store + index',
      ...sizes.map(size => `${count(size)} a batch`),
      'until indexed',
      'vs pseudo-batch',
      'vs by hand',
    ],
    rows: shown.map(row => [
      `${row.store} + ${row.index}`,
      ...sizes.map(size => `${number(measureOf(at(row, size), 'acknowledged/s')?.median)}/s`),
      `${number(measureOf(row, 'indexed/s')?.median)}/s`,
      times(timesAsFast(report, row, pseudoBatch)),
      times(timesAsFast(report, row, floor)),
    ]),
  })
  const { environment, settings, startedAt } = report
  const source = `Memories acknowledged a second by \`addBatch\`, HashEmbedder, median of ${settings.rounds} processes; the last three columns at ${count(last)} a batch. Measured ${startedAt.slice(0, 10)} on ${environment.cpu}, ${environment.cores} cores, Node ${environment.node}: [report](${folder}/report.md), [raw results](${folder}/results.json).`
  const names = new Set(shown.flatMap(({ store, index }) => [store, index]))
  const ran = report.backends.filter(({ name }) => names.has(name)).flatMap(ranOn)
  return `${table}\n\n${[source, ...ran].join(' ')}`
}

/** On what a backend ran, where its name does not say it, and why a batch saves less there: one sentence, or none. */
function ranOn({ name, versions, savesLess }: BackendReport): string[] {
  // The version of a server has its origin in brackets; that of a library has none.
  const server = Object.values(versions).find(version => version.endsWith(')'))
  const pglite = name === 'pglite' ? undefined : versions['@electric-sql/pglite']
  const place =
    server?.replace(/ \(.*\)$/, '') ??
    (pglite && `in PGlite ${pglite}`) ??
    (name === 'memory' ? "core's MapStore" : undefined)
  const facts = [place, savesLess].filter(fact => fact !== undefined)
  return facts.length === 0 ? [] : [`${name}: ${facts.join('; ')}.`]
}

/** Puts a text between the markers `<!-- NAME: start -->` and `<!-- NAME: end -->` of a document. Throws without them. */
export function replaceBetweenMarkers(document: string, name: string, text: string): string {
  const [opening, closing] = [`<!-- ${name}: start -->`, `<!-- ${name}: end -->`]
  const start = document.indexOf(opening)
  const end = document.indexOf(closing)
  if (start < 0 || end < start) throw new Error(`The document has no ${opening} with a ${closing} after it.`)
  return `${document.slice(0, start + opening.length)}\n\n${text}\n\n${document.slice(end)}`
}
