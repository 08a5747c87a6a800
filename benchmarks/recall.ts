// Measures how much of the evidence for questions a search finds, beside BM25, and how long it takes.

import { writeFileSync } from 'node:fs'

import type { RecallReport } from './measured/recall-report.ts'
import { serversOf } from './opening/backends.ts'
import { startServers } from './opening/start-servers.ts'
import { addToNewest } from './report/saved-reports.ts'
import { readLines } from './retrieval/evidence.ts'
import type { Question, Turn } from './retrieval/evidence.ts'
import { runCommand } from './run/command-options.ts'
import { measureRetrieval } from './run/measure-retrieval.ts'
import { parseRecallCommand, usage } from './run/parse-recall-command.ts'
import { printRecall } from './terminal/print-recall.ts'

async function main(): Promise<void> {
  const command = parseRecallCommand(process.argv.slice(2))
  const { files } = command
  if (!files) return console.log(usage)
  const turns = readLines<Turn>(files.memories)
  const all = readLines<Question>(files.questions)
  const questions = all.filter(({ evidence }) => evidence.length > 0)
  if (questions.length < all.length) {
    console.error(`${all.length - questions.length} questions without evidence are left out.`)
  }
  const startedAt = new Date().toISOString()
  const servers = await startServers(command.combinations.flatMap(serversOf))
  let report: RecallReport
  try {
    const rows = await measureRetrieval(command, turns, questions, servers.urls, row =>
      console.error(`${row.shape}, ${row.mode}${row.variation === undefined ? '' : ` ${row.variation}`}`),
    )
    report = { startedAt, memories: turns.length, questions: questions.length, rows }
  } finally {
    await servers.stop()
  }
  console.log(printRecall(report))
  if (command.json !== undefined) writeFileSync(command.json, `${JSON.stringify(report)}\n`)
  if (command.save) console.log(`Added to ${addToNewest(() => ({ retrieval: report }))}`)
}

await runCommand(main)
