import type { RecallRow } from '../measured/recall-report.ts'
import type { Report } from '../measured/report.ts'
import { count, dash, number } from './format-cells.ts'
import { renderTable } from './markdown.ts'

const scores = ['R@10', 'R@20', 'MRR', 'session any@5'] as const

/** The table of the README on recall: what each mode finds beside BM25, and how soon. Undefined without such a run. */
export function readmeRecall({ retrieval, environment }: Report, folder: string): string | undefined {
  if (!retrieval) return undefined
  const [first] = retrieval.rows
  const rows = retrieval.rows.filter(
    ({ shape, variation, combination }) =>
      shape === first?.shape &&
      variation === undefined &&
      (!combination || combination.store === first.combination?.store),
  )
  const table = renderTable({
    headings: ['search', ...scores, 'p50', 'p95', 'first search of a user'],
    rows: rows.map(row => [
      searchOf(row),
      ...scores.map(name => row.scores[name]?.mean.toFixed(3) ?? dash),
      ...[row.latency?.p50, row.latency?.p95, row.firstSearch].map(ms =>
        ms === undefined ? dash : `${number(ms)} ms`,
      ),
    ]),
  })
  const source = `${count(retrieval.questions)} questions to ${count(retrieval.memories)} turns of long conversations, without a model: the half of [LoCoMo](https://arxiv.org/abs/2402.17753) on which the weights were chosen, on ${first?.combination?.store ?? 'no store'}; every store ranks alike. It is not part of this repository. R@k: the share of a question's evidence among its first k hits. Measured ${retrieval.startedAt.slice(0, 10)} on ${environment.cpu}, ${environment.cores} cores: [report](${folder}/report.md).`
  return `${table}\n\n${source}`
}

function searchOf({ mode, combination }: RecallRow): string {
  return combination?.reranker === undefined ? mode : `${mode}, reranked`
}
