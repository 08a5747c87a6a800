// Renders page, Markdown and the README's table from the newest saved results: after a change of the report.

import { newestReport, saveReport, writeReadme } from './report/saved-reports.ts'

const newest = newestReport()
if (!newest) {
  console.error('There are no saved results; npm run bench -- --save makes them.')
  process.exit(1)
}
console.log(`${saveReport(newest.report)} and the table of README.md are written.`)
writeReadme()
