import { pgliteBehindSocket } from '../../measured/pglite-behind-socket.ts'
import type { PeerRow } from '../../measured/report.ts'
import { compareEstimates } from '../../measured/statistics.ts'
import type { Estimate } from '../../measured/statistics.ts'
import { barChart } from '../chart.ts'
import { unique } from '../find-rows.ts'
import { count, estimate, number } from '../format-cells.ts'
import type { MakeSection } from '../section.ts'

/** Other libraries that do the same, on the same texts and vectors. */
export const peers: MakeSection = ({ peers }) => {
  if (!peers || peers.rows.length === 0) return undefined
  const { rows, missing } = peers
  const largest = Math.max(...rows.map(({ size }) => size))
  const shown = rows.filter(({ size }) => size === largest)
  const onSocket = unique(
    rows.filter(({ durability }) => durability === pgliteBehindSocket).map(({ peer }) => peer),
  )
  const name = ({ peer, use }: PeerRow): string => `${peer}: ${use}`
  return {
    id: 'peers',
    title: 'Beside other libraries',
    text: [
      'Same texts, same vectors, the same durability where it can be set; each in its documented use, and with its best documented batch call. Compared is the combination of ours that stores in the same kind of database. What they keep differs: most keep no history and no change log. On Postgres LangGraph links each vector into an HNSW graph and Mastra sorts it into IVFFlat lists by default; LangChain, LlamaIndex and, up to 5,000 vectors, ours scan all.',
      ...(onSocket.length === 0
        ? []
        : [
            `Where no server had pgvector, ${onSocket.join(', ')} wrote to a PGlite behind a socket, and so did ours beside them, through the same driver pg, each cell to a new one.`,
          ]),
      'Ours is acknowledged when the records are committed, and its index follows: the others write record and vector in one go, which is what until indexed compares.',
      ...missing.map(({ peer, reason }) => `${peer} was not measured: ${reason}`),
    ],
    charts: [
      barChart({
        title: `Memories a second, ${largest} at a time`,
        xName: 'memories/s',
        categories: shown.map(name),
        series: [
          { name: 'agentmem, like for like', color: 0, values: shown.map(({ likeRate }) => likeRate.median) },
          {
            name: 'until indexed',
            color: 2,
            values: shown.map(({ likeIndexedRate }) => likeIndexedRate.median),
          },
          { name: 'the other library', color: 1, values: shown.map(({ rate }) => rate.median) },
        ],
      }),
    ],
    table: {
      headings: [
        'library',
        'use',
        'size',
        'memories/s',
        'embed calls',
        'statements',
        'durability',
        'compared with',
        'memories/s of ours',
        'until indexed/s',
        'embed calls of ours',
        'statements of ours, until indexed',
      ],
      rows: rows.map(row => [
        `${row.peer} ${row.version}`,
        row.use,
        count(row.size),
        estimate(row.rate),
        count(row.embedCalls),
        count(row.statements),
        row.durability,
        row.like,
        estimate(row.likeRate),
        estimate(row.likeIndexedRate),
        count(row.likeEmbedCalls),
        count(row.likeStatements),
      ]),
    },
    command: 'npm run bench:peers',
  }
}

/** How many times faster or slower, like for like. */
export function sentenceOf(row: PeerRow): string {
  const compared = `${row.peer} ${row.version} (${row.use}, ${count(row.size)} at a time)`
  const acknowledged = relation(row.likeRate, row.rate)
  const indexed = relation(row.likeIndexedRate, row.rate)
  return `${row.like} beside ${compared}: ${acknowledged} until acknowledged, ${indexed} until indexed.`
}

function relation(ours: Estimate, theirs: Estimate): string {
  const order = compareEstimates(ours, theirs)
  if (order === 'tie') return 'a tie'
  return order === 'higher'
    ? `${number(ours.median / theirs.median)} times as fast`
    : `${number(theirs.median / ours.median)} times slower`
}

/** The libraries that were compared. */
export function peerNames(rows: readonly PeerRow[]): string[] {
  return unique(rows.map(({ peer }) => peer))
}
