import type { Report } from '../measured/report.ts'
import { isNumber } from './format-cells.ts'
import { makeSections } from './make-sections.ts'
import type { Section, Table } from './section.ts'

/** The report as Markdown: text and tables of the page, without its charts. */
export function renderMarkdown(report: Report): string {
  const parts = makeSections(report).map(renderSection)
  return `# Benchmarks of agentmem\n\n${report.startedAt.slice(0, 10)}, ${report.environment.cpu}, ${report.environment.cores} cores\n\n${parts.join('\n')}`
}

function renderSection({ title, text, charts = [], table, details = [], command }: Section): string {
  const said = charts.flatMap(({ says = [] }) => says)
  const paragraphs = [...text, ...said].map(line => `- ${escapeCell(line)}`).join('\n')
  const folded = details.map(({ title, table }) => `\n### ${title}\n\n${renderTable(table)}\n`)
  return `## ${title}\n\n${paragraphs}\n\n${table ? `${renderTable(table)}\n` : ''}${folded.join('')}\nMeasured anew by: \`${command}\`\n`
}

/** Columns of numbers stand to the right, those with words to the left. */
export function renderTable({ headings, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`
  const rule = headings.map((_, i) => (rows.every(row => isNumber(row[i] ?? '')) ? '---:' : '---'))
  return [line(headings), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n')
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll(/\s+/g, ' ')
}
