import { count, number } from '../format-cells.ts'
import type { MakeSection } from '../section.ts'

const scenario = 'infer'

/** What is around a model that makes facts of messages. */
export const inference: MakeSection = report => {
  const rows = report.rows.filter(row => row.scenario === scenario)
  if (rows.length === 0) return undefined
  return {
    id: 'inference',
    title: 'Facts of messages',
    text: [
      'Messages of 10 users in one addBatch with infer. A stand-in answers at once, or after 500 ms, and repeats a sentence of every second message as a fact: no language model was asked, so this says what is around one, and nothing of what it would find.',
    ],
    table: {
      headings: [
        'combination',
        'call',
        'messages',
        'messages/s',
        'model calls',
        'embed calls',
        'transactions',
      ],
      rows: rows.map(row => [
        `${row.store} + ${row.index} + ${row.embedder}`,
        row.what,
        count(row.size),
        number(row.measures['items/s']?.median),
        count(row.facts['model calls']),
        count(row.facts['embed calls']),
        count(row.facts['transactions']),
      ]),
    },
    command: `npm run bench -- --scenarios ${scenario}`,
  }
}
