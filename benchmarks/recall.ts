import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { openEmbeddedDefault } from './embedded-default.ts'
import { mean } from './statistics.ts'
import { formatTable } from './table.ts'

interface Question {
  readonly question: string
  readonly userId: string
  /** `metadata.diaId` of the memories that answer it. */
  readonly evidence: readonly string[]
}

const { values } = parseArgs({ options: { memories: { type: 'string' }, questions: { type: 'string' } } })
if (!values.memories || !values.questions) {
  console.error('Usage: npm run bench:recall -- --memories FILE.jsonl --questions FILE.jsonl')
  process.exit(2)
}
const questions = readFileSync(values.questions, 'utf8')
  .split('\n')
  .filter(line => line.trim() !== '')
  .map(line => JSON.parse(line) as Question)
const depths = [1, 5, 10, 20]
const folder = await mkdtemp(join(tmpdir(), 'agentmem-'))
try {
  const memory = await openEmbeddedDefault(folder)
  const { imported } = await memory.importFrom(values.memories)
  await memory.flush()
  const found = await memory.searchBatch(
    questions.map(({ question, userId }) => ({ query: question, userId, topK: 20 })),
  )
  const recalls = depths.map(depth =>
    mean(
      questions.map(({ evidence }, i) => {
        const hits = new Set(
          (found[i]?.results ?? []).slice(0, depth).map(({ metadata }) => metadata['diaId']),
        )
        return evidence.filter(id => hits.has(id)).length / evidence.length
      }),
    ),
  )
  console.log(
    `${imported} memories, ${questions.length} questions; share of a question's evidence among its first hits`,
  )
  const headings = ['combination', ...depths.map(depth => `recall@${depth}`)]
  console.log(formatTable(headings, [['sqlite + hnsw + hash', ...recalls.map(recall => recall.toFixed(3))]]))
} finally {
  await rm(folder, { recursive: true })
}
