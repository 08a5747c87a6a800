import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Report } from '../measured/report.ts'
import { readReport } from './compare-reports.ts'
import { renderHtml } from './html.ts'
import { renderMarkdown } from './markdown.ts'
import { chartFile, readmeChart } from './readme-chart.ts'
import { readmeRecall } from './readme-recall.ts'
import { readmeTable, replaceBetweenMarkers } from './readme-table.ts'
import { storesTable } from './stores-table.ts'

const root = join(import.meta.dirname, '../..')
const resultsFolder = 'benchmarks/results'

/** Keeps a report where reports are committed: raw results, Markdown and page. Returns the folder. */
export function saveReport(report: Report): string {
  const { environment, startedAt } = report
  const cpu = environment.cpu
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 40)
  const folder = `${resultsFolder}/${startedAt.slice(0, 10)}-${cpu}-${environment.cores}-cores`
  mkdirSync(join(root, folder), { recursive: true })
  const write = (name: string, text: string): void => writeFileSync(join(root, folder, name), text)
  write('results.json', `${JSON.stringify(report)}\n`)
  write('report.md', renderMarkdown(report))
  write('report.html', renderHtml(report))
  for (const theme of ['light', 'dark'] as const) {
    const chart = readmeChart(report, theme)
    if (chart !== undefined) write(chartFile(theme), `${chart}\n`)
  }
  return folder
}

export interface SavedReport {
  /** From the root of the workspace. */
  readonly folder: string
  readonly report: Report
}

/** The newest report that is committed; undefined when there is none. */
export function newestReport(): SavedReport | undefined {
  const parent = join(root, resultsFolder)
  if (!existsSync(parent)) return undefined
  const folders = readdirSync(parent).filter(name => existsSync(join(parent, name, 'results.json')))
  const saved = folders.map(name => {
    const file = join(parent, name, 'results.json')
    return { folder: `${resultsFolder}/${name}`, report: readReport(readFileSync(file, 'utf8'), file) }
  })
  return saved.sort((a, b) => b.report.startedAt.localeCompare(a.report.startedAt))[0]
}

/** Puts a part into the newest report that is committed. Returns its folder. */
export function addToNewest(part: (report: Report) => Partial<Report>): string {
  const newest = newestReport()
  if (!newest) throw new Error('There is no saved run to add to; npm run bench -- --save makes one.')
  return saveReport({ ...newest.report, ...part(newest.report) })
}

/** The README as it has to be: with the tables that the newest report makes. */
export function readmeWithTable(): string {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const newest = newestReport()
  if (!newest) return readme
  const { report, folder } = newest
  const written = replaceBetweenMarkers(readme, 'benchmarks', readmeTable(report, folder))
  const recall = readmeRecall(report, folder)
  return recall === undefined ? written : replaceBetweenMarkers(written, 'recall', recall)
}

const partsPage = 'docs/pick-your-parts.md'

/** The page of the stores as it has to be. */
export function partsPageWithTable(): string {
  const page = readFileSync(join(root, partsPage), 'utf8')
  const newest = newestReport()
  return newest ? replaceBetweenMarkers(page, 'stores', storesTable(newest.report, '../benchmarks/')) : page
}

/** The README, and the page on which stores are picked. */
export function writeReadme(): void {
  writeFileSync(join(root, 'README.md'), readmeWithTable())
  writeFileSync(join(root, partsPage), partsPageWithTable())
}
