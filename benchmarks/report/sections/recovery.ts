import { findRows, measureOf } from '../find-rows.ts'
import { count, latencyCells, latencyHeadings, number } from '../format-cells.ts'
import type { MakeSection } from '../section.ts'

/** How soon a memory answers again. */
export const recovery: MakeSection = report => {
  const rows = findRows(report, { scenario: 'recover' })
  if (rows.length === 0) return undefined
  return {
    id: 'recovery',
    title: 'Open and recover',
    text: [
      'Until a memory that is opened has answered its first search: with everything indexed, with 1,000 memories that the index lacks, and with an empty index that is filled from the store, without embedding anything.',
    ],
    table: {
      headings: ['combination', 'what', 'memories', ...latencyHeadings, 'memories/s'],
      rows: rows.map(row => [
        `${row.store} + ${row.index} + ${row.embedder}`,
        row.what,
        count(row.size),
        ...latencyCells(row.latency),
        row.what === 'fill an empty index' ? number(measureOf(row, 'items/s')?.median) : '–',
      ]),
    },
    command: 'npm run bench -- --scenarios recover',
  }
}
