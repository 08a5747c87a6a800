import type { Report } from '../measured/report.ts'
import { renderSvg } from './chart.ts'
import type { Chart } from './chart.ts'
import { isNumber } from './format-cells.ts'
import { makeSections } from './make-sections.ts'
import { pageScript } from './page-script.ts'
import { pageStyle } from './page-style.ts'
import type { Section, Table } from './section.ts'

/** Drawn twice: text that is scaled down to a phone cannot be read. */
const widths = { wide: 860, narrow: 350 }

/** The report as one page that needs nothing beside itself. */
export function renderHtml(report: Report): string {
  const { environment, startedAt } = report
  const day = startedAt.slice(0, 10)
  return renderPage({
    title: `Benchmarks of agentmem, ${day}`,
    heading: 'Benchmarks of agentmem',
    line: `${day} · ${environment.cpu}, ${environment.cores} cores · Node ${environment.node}`,
    sections: makeSections(report),
  })
}

export interface Page {
  readonly title: string
  readonly heading: string
  /** Beneath the heading. */
  readonly line: string
  readonly sections: readonly Section[]
}

/** Sections as one file: style, drawings and script are in it. */
export function renderPage({ title, heading, line, sections }: Page): string {
  const links = sections.map(({ id, title }) => `<a href="#${id}">${escapeHtml(title)}</a>`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<header>
<h1>${escapeHtml(heading)}</h1>
<p>${escapeHtml(line)}</p>
<nav>${links.join('\n')}</nav>
</header>
<main>
${sections.map(renderSection).join('\n')}
</main>
<script>${pageScript}</script>
</body>
</html>
`
}

function renderSection({ id, title, text, charts = [], table, details = [], command }: Section): string {
  const list = `<ul>${text.map(line => `<li>${escapeHtml(line)}</li>`).join('\n')}</ul>`
  const paragraphs = text.length > 2 ? list : text.map(line => `<p>${escapeHtml(line)}</p>`).join('\n')
  const folded = details.map(
    ({ title, table }) => `<details><summary>${escapeHtml(title)}</summary>${renderTable(table)}</details>`,
  )
  return `<section id="${id}">
<h2>${escapeHtml(title)}</h2>
${paragraphs}
${charts.map(renderChart).join('\n')}
${table ? renderTable(table) : ''}
${folded.join('\n')}
<p class="command">Measured anew by <code>${escapeHtml(command)}</code></p>
</section>`
}

function renderChart(chart: Chart): string {
  const label = escapeHtml(chart.title)
  const says = chart.says === undefined ? '' : `<p>${escapeHtml(chart.says)}</p>`
  const drawing = (name: keyof typeof widths): string =>
    `<div class="${name}" role="img" aria-label="${label}">${renderSvg(chart, widths[name])}</div>`
  return `<figure><figcaption>${label}</figcaption>${says}${drawing('wide')}${drawing('narrow')}</figure>`
}

function renderTable({ headings, rows }: Table): string {
  const head = headings.map((heading, i) => {
    const words = i > 0 && rows.some(row => !isNumber(row[i] ?? '')) ? ' class="words"' : ''
    return `<th scope="col"${words}>${escapeHtml(heading)}</th>`
  })
  const body = rows.map(row => `<tr>${row.map(renderCell).join('')}</tr>`)
  return `<div class="table" tabindex="0"><table><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`
}

/** Numbers stand to the right, one under the other; words to the left. */
function renderCell(cell: string, i: number): string {
  if (i === 0) return `<th scope="row">${escapeHtml(cell)}</th>`
  return `<td${isNumber(cell) ? '' : ' class="words"'}>${escapeHtml(cell)}</td>`
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
