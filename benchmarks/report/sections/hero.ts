import type { PeerRow, Report } from '../../measured/report.ts'
import { synced } from '../../measured/peer-names.ts'
import { barChart } from '../chart.ts'
import type { Chart } from '../chart.ts'
import { findRows, unique } from '../find-rows.ts'
import { count, number, times } from '../format-cells.ts'
import type { MakeSection } from '../section.ts'

/** An index that finds less of the truth is not called fast. */
const goodRecall = 0.97

/** What the page has to say, in a picture and a sentence each. */
export const hero: MakeSection = report => {
  const charts = [writesChart(report), searchChart(report), conversationsChart(report)]
  const shown = charts.filter(chart => chart !== undefined)
  if (shown.length === 0) return undefined
  return { id: 'summary', title: 'In brief', text: [], charts: shown, command: 'npm run bench' }
}

/** Each library by its fastest way of adding the most memories at once; the durable ones stand first. */
export function writesChart({ peers }: Pick<Report, 'peers'>): Chart | undefined {
  const rows = fastestOfEach(peers?.rows ?? [])
  if (rows.length === 0) return undefined
  const [durable, inMemory] = [rows.filter(isDurable), rows.filter(row => !isDurable(row))]
  const size = rows[0]?.size ?? 0
  const ordered = [...durable, ...inMemory]
  const chart = barChart({
    title: `Memories a second until indexed, ${count(size)} at a time, beside other libraries on the same kind of database`,
    xName: 'memories/s, each line ten times the one before',
    log: true,
    categories: ordered.map(row => `${row.peer}${isDurable(row) ? '' : ' (in memory)'}`),
    series: [
      { name: 'agentmem', values: ordered.map(({ likeIndexedRate }) => likeIndexedRate.median) },
      { name: 'the other library', values: ordered.map(({ rate }) => rate.median) },
    ],
  })
  const told = [
    durable.length > 0 && `${rangeOf(durable)} of libraries that keep them in a database`,
    inMemory.length > 0 && `${rangeOf(inMemory)} of those that lose them with the process`,
  ].filter(part => part !== false)
  return { ...chart, says: `agentmem takes in ${told.join(', and ')}: below 1× it is slower.` }
}

function fastestOfEach(rows: readonly PeerRow[]): PeerRow[] {
  const size = Math.max(...rows.map(row => row.size))
  return unique(rows.map(({ peer }) => peer)).flatMap(peer => {
    const own = rows.filter(row => row.peer === peer && row.size === size)
    return own.toSorted((a, b) => b.rate.median - a.rate.median).slice(0, 1)
  })
}

function isDurable({ durability }: PeerRow): boolean {
  return durability !== synced.none
}

function rangeOf(rows: readonly PeerRow[]): string {
  const factors = rows.map(({ rate, likeIndexedRate }) => likeIndexedRate.median / rate.median)
  const [low, high] = [Math.min(...factors), Math.max(...factors)]
  return rows.length === 1 ? `${times(low)} the rate` : `${times(low)} to ${times(high)} the rate`
}

function searchChart(report: Report): Chart | undefined {
  const searches = findRows(report, { scenario: 'search', what: 'search' }).filter(row => row.latency)
  const most = Math.max(...searches.map(({ size }) => size))
  const rows = searches
    .filter(
      ({ size, store, embedder }) =>
        size === most && store === searches[0]?.store && embedder === searches[0].embedder,
    )
    .toSorted((a, b) => (a.latency?.p50 ?? 0) - (b.latency?.p50 ?? 0))
  if (rows.length === 0) return undefined
  const recallOf = (row: (typeof rows)[number]): number => row.measures['recall@10']?.median ?? 0
  const best = rows.find(row => recallOf(row) >= goodRecall)
  const chart = barChart({
    title: `A search among ${count(most)} memories, by index: shorter is faster`,
    xName: 'ms, each line ten times the one before',
    log: true,
    categories: rows.map(row => `${row.index}, recall ${recallOf(row).toFixed(3)}`),
    series: [
      { name: 'p50', values: rows.map(({ latency }) => latency?.p50) },
      { name: 'p95', values: rows.map(({ latency }) => latency?.p95) },
    ],
  })
  const said = best
    ? `Among ${count(most)} memories ${best.index} finds ${recallOf(best).toFixed(3)} of the true ten nearest in ${number(best.latency?.p50)} ms (p95 ${number(best.latency?.p95)} ms).`
    : `Among ${count(most)} memories no index finds ${goodRecall} of the true ten nearest.`
  return { ...chart, says: said }
}

function conversationsChart({ retrieval }: Report): Chart | undefined {
  const plain = retrieval?.rows.filter(({ variation }) => variation === undefined) ?? []
  const [first] = plain
  const rows = plain.filter(
    ({ shape, combination }) =>
      shape === first?.shape && (!combination || combination.store === first.combination?.store),
  )
  if (!retrieval || rows.length === 0) return undefined
  const nameOf = ({ mode, combination }: (typeof rows)[number]): string =>
    combination?.reranker === undefined ? mode : `${mode}, reranked`
  const mean = (row: (typeof rows)[number]): number => row.scores['R@10']?.mean ?? 0
  const [best] = rows.toSorted((a, b) => mean(b) - mean(a))
  const bm25 = rows.find(({ mode }) => mode === 'BM25')
  const chart = barChart({
    title: `Evidence among the first ten hits, ${count(retrieval.questions)} questions to long conversations`,
    xName: 'R@10, of 1',
    categories: rows.map(nameOf),
    series: [{ name: 'R@10', values: rows.map(mean) }],
  })
  const beside = bm25 ? `; BM25 finds ${mean(bm25).toFixed(3)}` : ''
  const said = best
    ? `A search by ${nameOf(best)} finds ${mean(best).toFixed(3)} of the evidence${beside}.`
    : ''
  return { ...chart, says: said }
}
