import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import type { Report } from '../measured/report.ts'
import { compareReports, readReport } from '../report/compare-reports.ts'
import { renderHtml } from '../report/html.ts'
import { renderMarkdown, renderTable } from '../report/markdown.ts'
import { readmeTable, replaceBetweenMarkers } from '../report/readme-table.ts'
import { readmeWithTable } from '../report/saved-reports.ts'
import { sentenceOf } from '../report/sections/peers.ts'
import { printRecall } from '../terminal/print-recall.ts'
import { estimate, sampleReport, sampleRetrieval } from './sample-report.ts'

const sections = [
  'What to know before reading the figures',
  'Throughput by size and strategy',
  'Latency of calls',
  'Recall and latency of searches',
  'Evidence found, and how soon',
  'Ingest and size',
  'Open and recover',
  'The event loop while adding',
  'Beside other libraries',
  'Beside the same by hand',
]

describe('the page', () => {
  const page = renderHtml(sampleReport())

  test('has all sections, limitations first', () => {
    expect([...page.matchAll(/<h2>(.*?)<\/h2>/g)].map(match => match[1])).toEqual(sections)
  })

  test('needs nothing beside itself', () => {
    expect(page).not.toMatch(/<script|<link|<img|src=|url\(http/)
  })

  test('draws each chart for a wide and for a narrow screen, in colours of the page', () => {
    const wide = page.match(/<div class="wide" role="img" aria-label="[^"]+"><svg/g) ?? []
    const narrow = page.match(/<div class="narrow" role="img" aria-label="[^"]+"><svg/g) ?? []
    expect(wide.length).toBe(9)
    expect(narrow.length).toBe(wide.length)
    expect(page).toContain('fill="var(--series-1)"')
    expect(page).not.toMatch(/#0[1-5]050\d/)
  })

  test('says what was not measured and why', () => {
    expect(page).toContain('unavailable: no server')
    expect(page).toContain(
      'No result for add on sqlite + exact + hash, size 10, round 1: No answer within 120 s',
    )
    expect(page).toContain('Missing was not measured: it does not install')
  })

  test('cuts the error of a cell that failed with a dump of its process', () => {
    const failed = [{ cell: 'search.sqlite.sqlite-vec.hash.1000.round2', error: 'x'.repeat(5_000) }]
    const page = renderHtml({ ...sampleReport(), failed })
    expect(page).toContain(
      `search on sqlite + sqlite-vec + hash, size 1,000, round 3: ${'x'.repeat(160)}...<`,
    )
  })

  test('takes no text for markup', () => {
    expect(page).toContain('A &lt;CPU&gt; &amp; more')
    expect(page).not.toContain('<CPU>')
  })

  test('has one command for each section', () => {
    expect(page.match(/Measured anew by <code>npm run bench/g)).toHaveLength(sections.length)
  })
})

test('the Markdown has the same sections', () => {
  const titles = [...renderMarkdown(sampleReport()).matchAll(/^## (.*)$/gm)].map(match => match[1])
  expect(titles).toEqual(sections)
})

test('columns of numbers stand to the right in the Markdown, those with words to the left', () => {
  const table = renderTable({
    headings: ['store', 'size', 'rate', 'durability'],
    rows: [
      ['sqlite', '1,000', '12.5 (11.0 to 13.0)', 'synced'],
      ['memory', '10', '–', '–'],
    ],
  })
  expect(table).toContain('| --- | ---: | ---: | --- |')
})

test('a report without some scenarios leaves their sections out', () => {
  const { retrieval: _, ...report } = sampleReport()
  const page = renderHtml({ ...report, rows: [], peers: { rows: [], missing: [] } })
  expect([...page.matchAll(/<h2>(.*?)<\/h2>/g)].map(match => match[1])).toEqual([sections[0]])
})

describe('the evidence that searches find', () => {
  const markdown = renderMarkdown(sampleReport())

  test('stands beside what a search takes, and beside BM25, which takes nothing', () => {
    expect(markdown).toContain(
      '| turns | text: sqlite + hnsw + hash | 0.750 | 0.750 | 0.750 (±0.014) | 0.750 | 0.750 | 0.750 | 0.750 | 0.50 | 0.75 | 12.0 |',
    )
    expect(markdown).toContain('| turns | text: sqlite + hnsw + hash + http:rank-1 | 0.800 |')
    expect(markdown).toMatch(/\| turns \| BM25 \| 0\.625 .* \| – \| – \| – \|/)
  })

  test('stands by category, and for each part of the ranking that was left out', () => {
    expect(markdown).toMatch(/\| turns \| text: sqlite \+ hnsw \+ hash \| dates \| 40 \| 0\.875/)
    expect(markdown).toMatch(/\| without date \|.*\| −0\.050 \(−0\.080 to \+0\.001\) \|/)
  })
})

test('the tables of bench:recall have every row, categories, and the parts of the ranking', () => {
  const printed = printRecall(sampleRetrieval)
  expect(printed).toMatch(/^turns, text, sqlite \+ hnsw \+ hash + 0\.750 .* 0\.014 .* 0\.50 +0\.75 +12\.0$/m)
  expect(printed).toMatch(/^turns, BM25 +0\.625 .*0\.625$/m)
  expect(printed).toMatch(/^turns, text, sqlite \+ hnsw \+ hash: dates +40 +0\.875/m)
  expect(printed).toMatch(/without date .* -0\.050 \(-0\.080 \+0\.001\)$/m)
})

describe('the sentence about a peer', () => {
  const [row] = sampleReport().peers?.rows ?? []
  if (!row) throw new Error('The sample report has no peer.')

  test('says how many times faster, and calls overlapping intervals a tie', () => {
    expect(sentenceOf(row)).toBe(
      'sqlite + hnsw (addBatch) beside Other 1.2.3 (addAll(), 1,000 at a time): 40.0 times as fast until acknowledged, a tie until indexed.',
    )
  })

  test('says how many times slower', () => {
    expect(sentenceOf({ ...row, likeRate: estimate(100) })).toContain('5.00 times slower until acknowledged')
  })
})

describe('the comparison of two reports', () => {
  const withRate = (median: number): Report => {
    const report = sampleReport()
    const rows = report.rows.map(row =>
      row.what === 'search'
        ? { ...row, measures: { 'items/s': estimate(median), 'p50 ms': estimate(median) } }
        : row,
    )
    return { ...report, rows }
  }
  const verdicts = (before: Report, after: Report) =>
    Object.fromEntries(
      compareReports(before, after)
        .compared.filter(({ name }) => name.includes('search, search'))
        .map(({ measure, verdict }) => [measure, verdict]),
    )

  test('calls a higher rate better and a longer time worse', () => {
    expect(verdicts(withRate(1_000), withRate(2_000))).toEqual({ 'items/s': 'better', 'p50 ms': 'worse' })
    expect(verdicts(withRate(2_000), withRate(1_000))).toEqual({ 'items/s': 'worse', 'p50 ms': 'better' })
  })

  test('calls overlapping intervals a tie', () => {
    expect(verdicts(withRate(1_000), withRate(1_100))).toEqual({ 'items/s': 'tie', 'p50 ms': 'tie' })
  })

  test('names what only one of them has, and other machines', () => {
    const before = sampleReport()
    const after = { ...before, rows: before.rows.slice(1), environment: { ...before.environment, cores: 8 } }
    const { onlyBefore, warnings } = compareReports(before, after)
    expect(onlyBefore).toHaveLength(1)
    expect(warnings).toEqual(['cores differs: 2 before, 8 after'])
  })

  test('refuses a file of another schema', () => {
    expect(() => readReport('{"schema":99,"rows":[]}', 'old.json')).toThrow(
      /old\.json is no report of schema 1/,
    )
  })
})

describe('the table of the README', () => {
  test('has addBatch by size, and how many times as fast it is', () => {
    const table = readmeTable(sampleReport(), 'benchmarks/results/x')
    expect(table).toContain('| sqlite + hnsw | 8,000/s | 28,571/s | 38,462/s |')
    expect(table).toContain('38.5×')
    expect(table).toContain('[raw results](benchmarks/results/x/results.json)')
  })

  test('says on what a backend ran', () => {
    const report = sampleReport()
    const [sqlite, ...others] = report.backends
    if (!sqlite) throw new Error('The sample report has no store.')
    const onServer = { ...sqlite, versions: { mysql: 'MariaDB 10.11.19 (installed)' }, savesLess: 'no syncs' }
    const table = readmeTable({ ...report, backends: [onServer, ...others] }, 'benchmarks/results/x')
    expect(table).toContain('results.json). sqlite: MariaDB 10.11.19; no syncs.')
  })

  test('is put between the markers and nowhere else', () => {
    const document = 'before\n<!-- benchmarks: start -->\nold\n<!-- benchmarks: end -->\nafter\n'
    const replaced = replaceBetweenMarkers(document, 'benchmarks', 'new')
    expect(replaced).toBe('before\n<!-- benchmarks: start -->\n\nnew\n\n<!-- benchmarks: end -->\nafter\n')
    expect(replaceBetweenMarkers(replaced, 'benchmarks', 'new')).toBe(replaced)
    expect(() => replaceBetweenMarkers('nothing', 'benchmarks', 'new')).toThrow(
      /has no <!-- benchmarks: start -->/,
    )
  })

  test('is the one that the newest saved results give', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
    expect(withoutPadding(readme)).toBe(withoutPadding(readmeWithTable()))
  })
})

/** The formatter lines up the columns of a table. */
function withoutPadding(markdown: string): string {
  return markdown.replaceAll(/ +\|/g, ' |').replaceAll(/\| +/g, '| ').replaceAll(/-{3,}/g, '---')
}
