import type { MeanScores, RecallRow } from '../../measured/recall-report.ts'
import { scatterChart } from '../chart.ts'
import { unique } from '../find-rows.ts'
import { count, dash, number } from '../format-cells.ts'
import type { MakeSection } from '../section.ts'

const shownMeasures = ['R@1', 'R@5', 'R@10', 'R@20', 'MRR', 'session any@5', 'session R@10']

/** How much of the evidence for questions a search finds, beside BM25, and how soon. */
export const retrieval: MakeSection = ({ retrieval }) => {
  if (!retrieval || retrieval.rows.length === 0) return undefined
  const { rows, questions, memories, startedAt } = retrieval
  const plain = rows.filter(({ variation }) => variation === undefined)
  const varied = rows.filter(({ variation }) => variation !== undefined)
  const timed = plain.filter(({ latency }) => latency)
  const lowest = Math.min(...timed.map(row => row.scores['R@10']?.mean ?? 1))
  return {
    id: 'retrieval',
    title: 'Evidence found, and how soon',
    text: [
      `${count(questions)} questions to ${count(memories)} turns of conversations, measured ${startedAt.slice(0, 10)}. R@k is the share of a question's evidence among its first k hits, with its standard error; MRR the reciprocal rank of the first evidence within 20. A session is the run that evidence is of, and ranks by its best hit.`,
      'BM25 is the line to stand above: words alone, with stems and stop words, by an implementation that shares no code with the search.',
      'Milliseconds are those of a search through Memory, the embedding of the query included. The first search of a user reads the texts of that user.',
    ],
    charts: [
      scatterChart({
        title: 'R@10 over the median search time, by mode',
        xName: 'p50 ms',
        yName: 'R@10',
        yMin: Math.max(0, Math.floor((lowest - 0.02) * 20) / 20),
        series: unique(timed.map(({ mode }) => mode)).map(mode => ({
          name: mode,
          points: timed
            .filter(row => row.mode === mode)
            .map(row => [row.latency?.p50 ?? 0, row.scores['R@10']?.mean ?? 0] as const),
        })),
      }),
    ],
    table: {
      headings: ['stored as', 'search', ...shownMeasures, 'p50 ms', 'p95 ms', 'first search ms'],
      rows: plain.map(row => [
        row.shape,
        searchOf(row),
        ...means(row.scores),
        number(row.latency?.p50),
        number(row.latency?.p95),
        number(row.firstSearch),
      ]),
    },
    details: [
      ...(plain.some(({ categories }) => categories.length > 0)
        ? [
            {
              title: 'By category of question',
              table: {
                headings: ['stored as', 'search', 'category', 'questions', ...shownMeasures],
                rows: plain.flatMap(row =>
                  row.categories.map(({ name, questions, scores }) => [
                    row.shape,
                    searchOf(row),
                    name,
                    count(questions),
                    ...means(scores),
                  ]),
                ),
              },
            },
          ]
        : []),
      ...(varied.length > 0
        ? [
            {
              title: 'What each part of the ranking is worth',
              table: {
                headings: [
                  'variation',
                  'stored as',
                  'search',
                  ...shownMeasures,
                  'R@10 against the ranking as it is',
                ],
                rows: varied.map(row => [
                  row.variation ?? '',
                  row.shape,
                  searchOf(row),
                  ...means(row.scores),
                  differenceOf(row),
                ]),
              },
            },
          ]
        : []),
    ],
    command: 'npm run bench:recall -- --memories FILE --questions FILE --save',
  }
}

function searchOf({ mode, combination }: RecallRow): string {
  return combination ? `${mode}: ${Object.values(combination).join(' + ')}` : mode
}

function means(scores: MeanScores): string[] {
  return shownMeasures.map(name => {
    const score = scores[name]
    if (!score) return dash
    return name === 'R@10' ? `${score.mean.toFixed(3)} (±${score.error.toFixed(3)})` : score.mean.toFixed(3)
  })
}

function differenceOf({ difference }: RecallRow): string {
  if (!difference) return dash
  const [mean, low, high] = [difference.mean, difference.low, difference.high].map(
    value => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`,
  )
  return `${mean} (${low} to ${high})`
}
