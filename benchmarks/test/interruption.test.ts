import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { codeIdentity } from '../machine/read-environment.ts'
import { nameOf } from '../measured/cell.ts'
import type { Report } from '../measured/report.ts'
import { parseBenchCommand } from '../run/parse-bench-command.ts'
import { planCells } from '../run/plan-cells.ts'
import { RunFolder, runsFolder } from '../run/run-folder.ts'

const program = join(import.meta.dirname, '../bench.ts')
const timeout = 120_000
const filters = 'add --quick --rounds 2 --stores sqlite,memory --indexes exact'.split(' ')
const message = 'Interrupted; run the same command again to continue.\n'

let folder: string
let temporary: string
let args: string[]
let running: ChildProcess[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-interruption-'))
  temporary = join(folder, 'temporary')
  await mkdir(temporary)
  // A seed of its own makes it a run of its own, which continues no other.
  args = [...filters, '--seed', String(1 + Math.floor(Math.random() * 1e9))]
  running = []
})
afterEach(async () => {
  for (const child of running) if (isGroupAlive(child)) process.kill(-Number(child.pid), 'SIGKILL')
  await rm(runFolder().path, { recursive: true })
  await rm(folder, { recursive: true })
})

/** Where the run keeps its cells. */
function runFolder(): RunFolder {
  return new RunFolder(runsFolder, parseBenchCommand(args).settings, `${codeIdentity()} ${process.version}`)
}

/** Starts a run in a process group of its own, as a terminal does. */
function startBench(...more: readonly string[]) {
  const child = spawn(process.execPath, [program, ...args, ...more], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: temporary },
  })
  running.push(child)
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text))
  return {
    child,
    /** Returns when it has said something on standard error; throws when it ends before that. */
    says: async (pattern: RegExp): Promise<void> => {
      while (!pattern.test(said.stderr)) {
        if (child.exitCode !== null) throw new Error(`exit code ${child.exitCode}\n${said.stderr}`)
        await Promise.race([once(child.stderr, 'data'), once(child, 'close')])
      }
    },
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, ...said })),
  }
}

function isGroupAlive({ pid }: ChildProcess): boolean {
  try {
    return process.kill(-Number(pid), 0)
  } catch {
    return false
  }
}

/** The cells that a run has measured itself. */
function cellsIn(stderr: string): string[] {
  return [...stderr.matchAll(/^\d+\/\d+ {2}(\S+)/gm)].map(match => match[1] ?? '')
}

async function expectCleanEnd(child: ChildProcess): Promise<void> {
  // The kernel takes away what has ended a moment after its parent.
  await expect.poll(() => isGroupAlive(child), { timeout: 10_000 }).toBe(false)
  expect(await readdir(temporary)).toEqual([])
}

/** Interrupts a run after its first cell, and looks at what is left. Returns the cells that it has measured. */
async function interrupt(json: string, signalTo: (pid: number) => number): Promise<string[]> {
  const { child, says, ended } = startBench('--json', json)
  await says(/^1\/4 /m)
  process.kill(signalTo(Number(child.pid)), 'SIGINT')
  const { code, stdout, stderr } = await ended
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
  expect(stderr.endsWith(message)).toBe(true)
  await expectCleanEnd(child)
  expect(existsSync(json)).toBe(false)
  const measured = cellsIn(stderr)
  expect(measured).toEqual(cells().slice(0, measured.length))
  expect(measured.length).toBeLessThan(4)
  return measured
}

/** Starts it again, and looks at what it adds to what was measured before. */
async function goOn(json: string, before: readonly string[]): Promise<void> {
  const { child, ended } = startBench('--json', json)
  const { code, stdout, stderr } = await ended
  expect(stderr).toContain(`4 cells, ${before.length} of them measured before`)
  expect(cellsIn(stderr)).toEqual(cells().slice(before.length))
  expect(code).toBe(0)
  await expectCleanEnd(child)
  const report = JSON.parse(await readFile(json, 'utf8')) as Report
  expect(report.failed).toEqual([])
  expect([...new Set(report.rows.map(row => row.store))]).toEqual(['sqlite', 'memory'])
  expect(report.rows.filter(({ rounds }) => rounds !== 2)).toEqual([])
  expect(new Set(report.rows.map(({ size }) => size))).toContain(20)
  expect(stdout).toContain('sqlite + exact + hash: addBatch')
}

function cells(): string[] {
  return planCells(parseBenchCommand(args).settings).map(nameOf)
}

test(
  'after Ctrl-C, which reaches every process, a run leaves nothing behind and can be continued',
  {
    timeout,
  },
  async () => {
    const json = join(folder, 'results.json')
    // Other code starts from nothing: when somebody edits a file meanwhile, it has shown nothing.
    for (;;) {
      const code = codeIdentity()
      try {
        return await goOn(json, await interrupt(json, pid => -pid))
      } catch (error) {
        if (codeIdentity() === code) throw error
      }
    }
  },
)

test('after a signal to it alone a run leaves nothing behind', { timeout }, async () => {
  await interrupt(join(folder, 'results.json'), pid => pid)
})

test('a run that is ended while it checks the backends measures nothing', { timeout }, async () => {
  const { child, says, ended } = startBench('--indexes', 'exact,usearch,lancedb,sqlite-vec')
  // The first of 2 stores, 4 indexes and an embedder.
  await says(/cases passed/)
  child.kill('SIGTERM')
  const { code, stdout, stderr } = await ended
  expect({ code, stdout }).toEqual({ code: 143, stdout: '' })
  expect(stderr.endsWith(message)).toBe(true)
  expect(stderr).not.toMatch(/unavailable|\d cells/)
  expect(stderr.match(/cases passed/g)?.length).toBeLessThan(7)
  await expectCleanEnd(child)
})
