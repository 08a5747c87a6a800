import { findRows, measureOf } from '../find-rows.ts'
import { count, estimate } from '../format-cells.ts'
import type { MakeSection } from '../section.ts'

const measures = ['acknowledged/s', 'indexed/s', 'delay p50 ms', 'delay p99 ms', 'delay max ms']

/** What else the process can do meanwhile. */
export const eventLoop: MakeSection = report => {
  const rows = findRows(report, { scenario: 'event-loop' })
  if (rows.length === 0) return undefined
  return {
    id: 'event-loop',
    title: 'The event loop while adding',
    text: ['How long other work in the process waits while memories are added without a pause.'],
    table: {
      headings: ['combination', 'memories', ...measures],
      rows: rows.map(row => [
        `${row.store} + ${row.index} + ${row.embedder}`,
        count(row.size),
        ...measures.map(name => estimate(measureOf(row, name))),
      ]),
    },
    command: 'npm run bench -- --scenarios event-loop',
  }
}
