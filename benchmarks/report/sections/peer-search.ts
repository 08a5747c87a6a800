import type { PeerSearchRow } from '../../measured/report.ts'
import { ourName } from '../../measured/peer-names.ts'
import { barChart } from '../chart.ts'
import { count, number } from '../format-cells.ts'
import type { MakeSection } from '../section.ts'

/** How other libraries search the same vectors, and what is left of each after a kill. */
export const peerSearch: MakeSection = ({ peers }) => {
  const { searches = [], kills = [] } = peers ?? {}
  if (searches.length === 0) return undefined
  const largest = Math.max(...searches.map(({ memories }) => memories))
  const shown = searches.filter(({ memories }) => memories === largest).toSorted(bySpeed)
  const killTable = {
    headings: ['library', 'use', 'kills', 'acknowledged', 'found again'],
    rows: kills.map(row => [
      `${row.peer} ${row.version}`,
      row.use,
      count(row.kills),
      count(row.acknowledged),
      count(row.found),
    ]),
  }
  return {
    id: 'peer-search',
    title: 'Searches beside other libraries',
    text: [
      "One user's memories, the same vectors everywhere; searches for 10 by texts that were not stored, one after the other, embedding included. Recall is against comparing with every vector. A memory of ours and a store of LangGraph return a memory with its fields and look at whose it is; a vector store returns text and metadata.",
      'p50 is the median of all rounds, p95 the median of what the rounds have.',
      ...(kills.length === 0
        ? []
        : [
            'Killed (SIGKILL) amid adding, and opened again in a fresh process: what had been acknowledged, and what of it a search by its own text finds. Libraries on Postgres are left out: the server lives on.',
          ]),
    ],
    charts: [
      barChart({
        title: `Search among ${count(largest)} memories, p50 in ms: shorter is faster`,
        xName: 'ms, each line ten times the one before',
        log: true,
        categories: shown.map(nameOf),
        series: [
          { name: 'agentmem', values: shown.map(row => (isOurs(row) ? row.p50.median : undefined)) },
          { name: 'other libraries', values: shown.map(row => (isOurs(row) ? undefined : row.p50.median)) },
        ],
        overlaid: true,
      }),
    ],
    table: {
      headings: [
        'library',
        'memories',
        'p50 ms',
        'p95 ms',
        'recall@10',
        'statements a search',
        'keeps its data in',
      ],
      rows: searches.map(row => [
        nameOf(row),
        count(row.memories),
        number(row.p50.median),
        number(row.p95),
        row.recall.toFixed(3),
        count(row.statements),
        row.durability,
      ]),
    },
    ...(kills.length > 0 && { details: [{ title: 'What is left after a kill', table: killTable }] }),
    command: 'npm run bench:peers',
  }
}

function bySpeed(a: PeerSearchRow, b: PeerSearchRow): number {
  return a.p50.median - b.p50.median
}

export function isOurs({ peer }: Pick<PeerSearchRow, 'peer'>): boolean {
  return peer === ourName
}

/** Ours by its parts, another by its name and version. */
export function nameOf(row: PeerSearchRow): string {
  return isOurs(row) ? `${ourName}, ${row.use.split(',')[0]}` : `${row.peer} ${row.version}`
}
