import type { Estimate } from '../measured/statistics.ts'
import type { Comparison, ReportComparison, Verdict } from './compare-reports.ts'
import { count, estimate, times } from './format-cells.ts'
import { renderPage } from './html.ts'
import type { Section, Table } from './section.ts'

const titles: Readonly<Record<Verdict, string>> = { worse: 'Worse', better: 'Better', tie: 'Ties' }
const abouts: Readonly<Record<Verdict, string>> = {
  worse: 'Slower, larger, or with less recall, and the intervals do not overlap.',
  better: 'Faster, smaller, or with more recall, and the intervals do not overlap.',
  tie: 'The intervals overlap: nothing is said of a difference.',
}
const command = 'npm run bench:compare -- BEFORE.json AFTER.json --html FILE.html'

/** Two reports side by side, as one page that needs nothing beside itself. */
export function renderComparison(comparison: ReportComparison, before: string, after: string): string {
  const { compared, onlyBefore, onlyAfter, warnings } = comparison
  const of = (verdict: Verdict): Comparison[] => compared.filter(row => row.verdict === verdict)
  const ground: Section = {
    id: 'ground',
    title: 'In brief',
    text: [
      `Worse: ${count(of('worse').length)}. Better: ${count(of('better').length)}. Ties: ${count(of('tie').length)}.`,
      ...warnings.map(warning => `Not the same ground: ${warning}.`),
    ],
    command,
  }
  const verdicts = (['worse', 'better', 'tie'] as const).flatMap((verdict): Section[] => {
    const rows = of(verdict)
    if (rows.length === 0) return []
    return [{ id: verdict, title: titles[verdict], text: [abouts[verdict]], table: tableOf(rows), command }]
  })
  const alone: Section[] = [
    { title: 'Only before', names: onlyBefore },
    { title: 'Only after', names: onlyAfter },
  ].flatMap(({ title, names }, i) =>
    names.length === 0
      ? []
      : [
          {
            id: `only-${i}`,
            title,
            text: [],
            table: { headings: ['figure'], rows: names.map(name => [name]) },
            command,
          },
        ],
  )
  return renderPage({
    title: 'Benchmarks of agentmem, compared',
    heading: 'Two runs of the benchmarks',
    line: `before: ${before} · after: ${after}`,
    sections: [ground, ...verdicts, ...alone],
  })
}

function tableOf(rows: readonly Comparison[]): Table {
  const change = (before: Estimate, after: Estimate): number => after.median / before.median
  const byChange = rows.toSorted(
    (a, b) => Math.abs(Math.log(change(b.before, b.after))) - Math.abs(Math.log(change(a.before, a.after))),
  )
  return {
    headings: ['figure', 'measure', 'before', 'after', 'after / before'],
    rows: byChange.map(({ name, measure, before, after }) => [
      name,
      measure,
      estimate(before),
      estimate(after),
      times(change(before, after)),
    ]),
  }
}
