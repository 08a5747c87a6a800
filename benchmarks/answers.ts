// Asks questions about long conversations, of a model that is shown what each mode finds, and lets two judges say what is right.

import { writeFileSync } from 'node:fs'
import { MemoryError } from '@agentmem/core'

import { openEndpoints } from './answers/open-models.ts'
import { parseAnswersCommand, usage } from './answers/parse-answers-command.ts'
import { printCosts, printReport } from './answers/report/print-report.ts'
import { dryRun, runAnswers } from './answers/run-answers.ts'
import type { OnProgress } from './answers/run-answers.ts'
import { runCommand } from './run/command-options.ts'

/** Every so many of a stage are told. */
const told = 50

const onProgress: OnProgress = (stage, done, of) => {
  if (done === of || done % told === 0) console.error(`${stage}: ${done} of ${of}`)
}

async function main(): Promise<void> {
  const command = parseAnswersCommand(process.argv.slice(2))
  if (!command) return console.log(usage)
  const { out, offline } = command
  if (command.dryRun || out === undefined) {
    console.log(
      `What a run would ask, counted by o200k, with answers of a usual length; what a model thinks comes on top.\n`,
    )
    return console.log(printCosts(await dryRun(command, onProgress)))
  }
  const open = offline ? async () => undefined : openEndpoints(command)
  const report = await runAnswers({ ...command, out }, open, onProgress)
  console.log(printReport(report))
  if (command.json !== undefined) writeFileSync(command.json, `${JSON.stringify(report)}\n`)
}

function tellKept(error: unknown): number {
  if (!MemoryError.is(error)) throw error
  console.error(error.message)
  console.error('What was answered is kept; the same command goes on from there.')
  return 1
}

await runCommand(() => main().catch(tellKept))
