import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { formatNumber } from './measured/format-number.ts'
import { renderComparison } from './report/compare-page.ts'
import { compareReports, readReport } from './report/compare-reports.ts'
import type { Comparison } from './report/compare-reports.ts'
import { formatTable } from './terminal/format-table.ts'

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: { html: { type: 'string' } },
})
const [before, after] = files
if (before === undefined || after === undefined || files.length > 2) {
  console.error('Usage: npm run bench:compare -- BEFORE.json AFTER.json [--html FILE.html]')
  process.exit(2)
}
const read = (file: string) => readReport(readFileSync(file, 'utf8'), file)
const comparison = compareReports(read(before), read(after))
if (values.html !== undefined) writeFileSync(values.html, renderComparison(comparison, before, after))
const { compared, onlyBefore, onlyAfter, warnings } = comparison
const of = (verdict: Comparison['verdict']) => compared.filter(row => row.verdict === verdict)
for (const warning of warnings) console.log(`Not the same ground: ${warning}`)
for (const verdict of ['worse', 'better'] as const) {
  const rows = of(verdict).map(({ name, measure, before, after }) => [
    name,
    measure,
    ...[before, after].map(
      ({ median, low, high }) => `${formatNumber(median)} (${formatNumber(low)} to ${formatNumber(high)})`,
    ),
    `${formatNumber(after.median / before.median)}x`,
  ])
  if (rows.length > 0)
    console.log(`\n${verdict}\n${formatTable(['', 'measure', 'before', 'after', 'after/before'], rows)}`)
}
console.log(
  `\n${of('better').length} better, ${of('worse').length} worse, ${of('tie').length} ties (their intervals overlap)`,
)
if (onlyBefore.length > 0)
  console.log(`${onlyBefore.length} only in ${before}: ${onlyBefore.slice(0, 5).join('; ')}`)
if (onlyAfter.length > 0)
  console.log(`${onlyAfter.length} only in ${after}: ${onlyAfter.slice(0, 5).join('; ')}`)
