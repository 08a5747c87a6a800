import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import type { Report } from '../measured/report.ts'
import { compareReports, readReport } from '../report/compare-reports.ts'
import { renderComparison } from '../report/compare-page.ts'
import { baseParts, findRows } from '../report/find-rows.ts'
import { renderHtml } from '../report/html.ts'
import { renderMarkdown, renderTable } from '../report/markdown.ts'
import { addToReport } from '../report/merge-reports.ts'
import { readmeChart } from '../report/readme-chart.ts'
import { readmeTable, replaceBetweenMarkers } from '../report/readme-table.ts'
import { partsPageWithTable, readmeWithTable } from '../report/saved-reports.ts'
import { sentenceOf } from '../report/sections/peers.ts'
import { printRecall } from '../terminal/print-recall.ts'
import { estimate, sampleReport, sampleRetrieval } from './sample-report.ts'

const sections = [
  'In brief',
  'Beside other libraries',
  'Searches beside other libraries',
  'Evidence found, and how soon',
  'Recall and latency of searches',
  'Throughput by size and strategy',
  'Latency of calls',
  'Ingest and size',
  'Open and recover',
  'The event loop while adding',
  'Beside the same by hand',
  'Conditions and limits',
]

describe('the page', () => {
  const page = renderHtml(sampleReport())

  test('has all sections, what there is to say first, and the conditions last', () => {
    expect([...page.matchAll(/<h2>(.*?)<\/h2>/g)].map(match => match[1])).toEqual(sections)
  })

  test('needs nothing beside itself', () => {
    expect(page).not.toMatch(/<link|<img|src=|url\(http|import |fetch\(/)
  })

  test('says what each of its first pictures shows', () => {
    expect(page).toContain('takes in 1.04× the rate of libraries that keep them in a database')
    expect(page).toContain(
      'Among 10,000 memories hnsw finds 0.990 of the true ten nearest in 1.00 ms (p95 2.00 ms).',
    )
    expect(page).toContain('A search by text, reranked finds 0.800 of the evidence; BM25 finds 0.625.')
  })

  test('draws each chart for a wide and for a narrow screen, in colours of the page', () => {
    const wide = page.match(/<div class="wide" role="img" aria-label="[^"]+"><svg/g) ?? []
    const narrow = page.match(/<div class="narrow" role="img" aria-label="[^"]+"><svg/g) ?? []
    expect(wide.length).toBe(13)
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
  expect([...page.matchAll(/<h2>(.*?)<\/h2>/g)].map(match => match[1])).toEqual([sections.at(-1)])
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

describe('what was measured later', () => {
  const first = sampleReport()
  const rows = first.rows
    .filter(({ scenario }) => scenario === 'search')
    .flatMap(row => [
      { ...row, measures: { 'items/s': estimate(7) } },
      { ...row, index: 'usearch' },
    ])
  const later: Report = { ...first, startedAt: '2026-02-03T00:00:00.000Z', rows, failed: [] }
  const report = addToReport(first, later)

  test('stands in the place of the same cell, or beside the others', () => {
    expect(report.rows).toHaveLength(first.rows.length + rows.length / 2)
    expect(findRows(report, { scenario: 'search', what: 'search', index: 'hnsw' })).toMatchObject([
      { measures: { 'items/s': { median: 7 } } },
    ])
    expect(report.startedAt).toBe(first.startedAt)
  })

  test('is not what the stores are compared with', () => {
    const backends = [...report.backends, { part: 'index', name: 'usearch', status: 'measured' } as const]
    const known = backends.map(backend => ({ casesPassed: 1, versions: {}, ...backend }))
    expect(baseParts({ ...report, backends: known }).index).toBe('hnsw')
    expect(readmeTable(report, 'x')).toContain(
      'The rows of hnsw, usearch were added 2026-02-03, with 5 processes.',
    )
  })

  test('is told where the conditions are', () => {
    expect(renderMarkdown(report)).toContain('4 rows were measured later, 2026-02-03, and not in turn')
  })
})

test('a goal that was missed has a chapter of its own, with why', () => {
  const { rows, ...report } = sampleReport()
  const slow = rows.map(row =>
    row.what === 'addBatch' && row.size === 1_000
      ? { ...row, measures: { ...row.measures, 'acknowledged ms': estimate(100) } }
      : row,
  )
  const markdown = renderMarkdown({ ...report, rows: slow })
  expect(markdown).toMatch(/## Goals that were missed\n\n- sqlite with hash: in 1 of 3 cases/)
  expect(markdown).toContain('| sqlite + hnsw + hash | 1,000 | 10.0× | 36.0× |')
})

describe('the page of a comparison', () => {
  const before = sampleReport()
  const after = {
    ...before,
    rows: before.rows
      .slice(1)
      .map(row => (row.what === 'search' ? { ...row, measures: { 'items/s': estimate(500) } } : row)),
  }
  const page = renderComparison(compareReports(before, after), 'a.json', 'b.json')

  test('says how many figures are worse, and which', () => {
    expect(page).toContain('Worse: 1. Better: 0.')
    expect(page).toMatch(/search, search, 10000.*0\.50×/)
    expect(page).toContain('<h2>Only before</h2>')
  })
})

describe('what the README says of speed', () => {
  const text = readmeTable(sampleReport(), 'benchmarks/results/x')

  test('has the searches of each index, and how soon it has what is added', () => {
    expect(text).toContain('| hnsw | 1.00 ms | 2.00 ms | 0.990 | 11,538/s |')
    expect(text).toContain('[raw results](benchmarks/results/x/results.json)')
  })

  test('shows the writes as a picture, for readers of light and of dark', () => {
    expect(text).toContain('srcset="benchmarks/results/x/writes-dark.svg"')
    const [light, dark] = (['light', 'dark'] as const).map(theme => readmeChart(sampleReport(), theme))
    expect(light).toContain('#ffffff')
    expect(dark).toContain('#14161a')
    expect(light).not.toMatch(/var\(|#0[1-5]0[0-9]0\d/)
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
    const page = readFileSync(join(import.meta.dirname, '../../docs/pick-your-parts.md'), 'utf8')
    expect(withoutPadding(page)).toBe(withoutPadding(partsPageWithTable()))
  })
})

/** The formatter lines up the columns of a table. */
function withoutPadding(markdown: string): string {
  return markdown.replaceAll(/ +\|/g, ' |').replaceAll(/\| +/g, '| ').replaceAll(/-{3,}/g, '---')
}
