import { barChart } from '../chart.ts'
import { findRows, measureOf } from '../find-rows.ts'
import { count, estimate, megabytes, number } from '../format-cells.ts'
import type { MakeSection } from '../section.ts'

/** How long many memories take until they are in the index, and what they take up. */
export const ingest: MakeSection = report => {
  const rows = report.rows.filter(({ what }) => what === 'ingest' || what === 'resident')
  if (rows.length === 0) return undefined
  const sizes = findRows(report, { scenario: 'search', what: 'ingest' }).map(({ size }) => size)
  const shownSize = sizes.includes(10_000) ? 10_000 : Math.max(0, ...sizes)
  const shown = findRows(report, { scenario: 'search', what: 'ingest', size: shownSize })
  return {
    id: 'ingest',
    title: 'Ingest and size',
    text: [
      'Memories are added in batches of 1,000. Acknowledged: durable and found by the next search; indexed: in the index as well, which is filled in the background; optimized: after optimize(), compacted and durable. Size on disk is all files of store and index; peak RSS is that of the process, without servers.',
    ],
    charts:
      shown.length === 0
        ? []
        : [
            barChart({
              title: `Memories a second until ${count(shownSize)} are acknowledged, and until they are indexed`,
              xName: 'memories/s',
              categories: shown.map(({ store, index }) => `${store} + ${index}`),
              series: ['acknowledged/s', 'indexed/s'].map(name => ({
                name,
                values: shown.map(row => measureOf(row, name)?.median),
              })),
            }),
          ],
    table: {
      headings: [
        'combination',
        'memories',
        'acknowledged/s',
        'indexed/s',
        'optimized/s',
        'bytes/memory',
        'peak RSS MB',
      ],
      rows: rows.map(row => [
        `${row.store} + ${row.index} + ${row.embedder}${row.what === 'resident' ? ' (7,000 users)' : ''}`,
        count(row.size),
        ...['acknowledged/s', 'indexed/s', 'optimized/s'].map(name => estimate(measureOf(row, name))),
        number(measureOf(row, 'bytes/memory')?.median),
        megabytes(row.peakRssBytes),
      ]),
    },
    command: 'npm run bench -- --scenarios search,resident',
  }
}
