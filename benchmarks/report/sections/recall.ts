import { scatterChart } from '../chart.ts'
import { unique } from '../find-rows.ts'
import { count, estimate, latencyCells, latencyHeadings } from '../format-cells.ts'
import type { MakeSection } from '../section.ts'

/** How much of the truth an index finds, and how soon. */
export const recall: MakeSection = report => {
  const rows = report.rows.filter(
    row => ['search', 'scoped-search'].includes(row.scenario) && row.measures['recall@10'],
  )
  if (rows.length === 0) return undefined
  const searches = rows.filter(({ scenario }) => scenario === 'search')
  const lowest = Math.min(...rows.map(row => row.measures['recall@10']?.median ?? 1))
  return {
    id: 'recall',
    title: 'Recall and latency of searches',
    text: [
      'Recall@10 is the share of the true ten nearest that a search found, against an exact scan of the same vectors: up and to the left is better. Each index is as it is opened by default. Embedding the query is not timed. From one index to the next only the index differs; the records are read from the same store.',
    ],
    charts: [
      scatterChart({
        title: 'Recall@10 over the median search time, by index and number of memories',
        xName: 'p50 ms',
        yName: 'recall@10',
        yMin: Math.max(0, Math.floor((lowest - 0.02) * 20) / 20),
        series: unique(searches.map(({ index }) => index)).map(name => ({
          name,
          points: searches
            .filter(({ index }) => index === name)
            .map(row => [row.latency?.p50 ?? 0, row.measures['recall@10']?.median ?? 0] as const),
        })),
      }),
    ],
    table: {
      headings: [
        'combination',
        'search',
        'memories',
        'recall@10',
        ...latencyHeadings,
        'searches/s',
        'failures',
      ],
      rows: rows.map(row => [
        `${row.store} + ${row.index} + ${row.embedder}`,
        row.what,
        count(row.size),
        (row.measures['recall@10']?.median ?? Number.NaN).toFixed(3),
        ...latencyCells(row.latency),
        estimate(row.measures['items/s']),
        String(row.failures),
      ]),
    },
    command: 'npm run bench -- --scenarios search,scoped-search',
  }
}
