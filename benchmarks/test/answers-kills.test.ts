import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

import { runAnswers } from '../answers/run-answers.ts'
import { preparedRun } from './scripted-reader.ts'

const program = join(import.meta.dirname, '../answers.ts')

/** Starts the command in a process of its own. */
function started(args: readonly string[]) {
  const flags = ['--experimental-strip-types', '--no-warnings']
  const child = spawn(process.execPath, [...flags, program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  }
  return { child, ended: once(child, 'close').then(() => said) }
}

test('a run that is killed in each stage, and between them, goes on, and no answer is paid for twice', async () => {
  const { argsOf, server, commandOf, out } = await preparedRun('--modes full,facts --concurrency 1')
  const killed: string[] = []
  let left = 0
  let running: ReturnType<typeof started> | undefined
  server.breaks = () => {
    left--
    if (left !== 0) return false
    killed.push(JSON.stringify(server.bodies.at(-1)))
    running?.child.kill('SIGKILL')
    return true
  }
  // In the middle of facts, with the first answer, among answers, with the first verdict, and among verdicts.
  for (const request of [1, 2, 20, 17, 12]) {
    left = request
    running = started(argsOf(''))
    await running.ended
    expect(running.child.signalCode).toBe('SIGKILL')
    // A line that was being written.
    for (const stage of ['ingest', 'answer', 'transcript']) {
      await appendFile(join(out, `${stage}.ndjson`), '{"key":"bro')
    }
  }
  left = Infinity
  running = started(argsOf(''))
  expect(await running.ended).toContain('The judges agree')
  expect(running.child.exitCode).toBe(0)

  const asked = server.bodies.map(body => JSON.stringify(body))
  expect(killed).toHaveLength(5)
  // A request that was in flight when its process died is asked again, and no other.
  expect(asked.length).toBe(new Set(asked).size + killed.length)
  for (const body of killed) expect(asked.filter(one => one === body)).toHaveLength(2)
  const report = await runAnswers(commandOf(''), async () => undefined)
  expect(report.costs.reduce((sum, { calls }) => sum + calls, 0)).toBe(new Set(asked).size)
})
