import { formatNumber } from '../measured/format-number.ts'
import type { MeanScores, RecallReport, RecallRow } from '../measured/recall-report.ts'
import { formatTable } from './format-table.ts'

const turnMeasures = ['R@1', 'R@5', 'R@10', 'R@20', 'MRR', 'any@10', 'any@20']
const sessionMeasures = ['session any@1', 'session any@5', 'session any@10', 'session R@10']

/** The tables of a run: all rows with their times, each by category, and what each part of the ranking is worth. */
export function printRecall({ rows, memories, questions }: RecallReport): string {
  const plain = rows.filter(({ variation }) => variation === undefined)
  const varied = rows.filter(({ variation }) => variation !== undefined)
  return [
    `${memories} turns, ${questions} questions. R@k: the share of a question's evidence among its first k hits. ±: the standard error of R@10.`,
    'MRR: the reciprocal rank of the first evidence within 20. Session: the run that the evidence is of, by its best hit.',
    'Times: milliseconds of a search through Memory, one after the other; first: the first search of a user.',
    formatTable(
      ['', ...turnMeasures, '±', ...sessionMeasures, 'p50', 'p95', 'first'],
      plain.map(row => [
        nameOf(row),
        ...cells(row.scores, turnMeasures),
        errorOf(row.scores),
        ...cells(row.scores, sessionMeasures),
        ...[row.latency?.p50, row.latency?.p95, row.firstSearch].map(time =>
          time === undefined ? '' : formatNumber(time),
        ),
      ]),
    ),
    ...(plain.some(({ categories }) => categories.length > 0) ? ['By category', categoryTable(plain)] : []),
    ...(varied.length > 0
      ? ['R@10 against the ranking as it is, 95% interval of the paired difference', variationTable(rows)]
      : []),
  ].join('\n\n')
}

function categoryTable(rows: readonly RecallRow[]): string {
  const lines = rows.flatMap(row =>
    row.categories.map(({ name, questions, scores }) => [
      `${nameOf(row)}: ${name}`,
      String(questions),
      ...cells(scores, turnMeasures),
      errorOf(scores),
    ]),
  )
  return formatTable(['', 'questions', ...turnMeasures, '±'], lines)
}

function variationTable(rows: readonly RecallRow[]): string {
  const groupOf = ({ shape, mode }: RecallRow): string => `${shape} ${mode}`
  const groups = new Set(rows.filter(({ variation }) => variation !== undefined).map(groupOf))
  const lines = rows
    .filter(row => groups.has(groupOf(row)))
    .map(row => [nameOf(row), ...cells(row.scores, turnMeasures), differenceOf(row)])
  return formatTable(['', ...turnMeasures, 'R@10 against it'], lines)
}

function nameOf({ shape, mode, combination, variation }: RecallRow): string {
  const parts = combination ? Object.values(combination) : []
  return [
    shape,
    mode,
    ...(parts.length > 0 ? [parts.join(' + ')] : []),
    ...(variation === undefined ? [] : [variation]),
  ].join(', ')
}

function cells(scores: MeanScores, names: readonly string[]): string[] {
  return names.map(name => (scores[name]?.mean ?? Number.NaN).toFixed(3))
}

function errorOf(scores: MeanScores): string {
  return (scores['R@10']?.error ?? Number.NaN).toFixed(3)
}

function differenceOf({ difference }: RecallRow): string {
  if (!difference) return ''
  const { mean, low, high } = difference
  return `${signed(mean)} (${signed(low)} ${signed(high)})`
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`
}
