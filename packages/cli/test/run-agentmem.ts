import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const home = join(import.meta.dirname, '..')
const coreHome = join(home, '../core')
const built = join(home, 'dist/main.js')

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams
  /** What it has said on stderr so far. */
  readonly stderr: () => string
  readonly ended: Promise<Outcome>
}

/** A folder that is gone when the test is over. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-cli-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

let alone: Promise<string> | undefined

/**
 * The program as a user has it: with its own dependencies beside it, and none of those of its tests. core is a copy, as it
 * imports what stands beside its file, and in this workspace that is everything. Made once for a process of tests.
 */
export function installedAlone(): Promise<string> {
  alone ??= installAlone()
  return alone
}

async function installAlone(): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'agentmem-cli-'))
  process.once('exit', () => rmSync(place, { recursive: true, force: true }))
  const modules = join(place, 'node_modules')
  await mkdir(join(modules, '@agentmem/core'), { recursive: true })
  await copyPackage(home, place)
  await copyPackage(coreHome, join(modules, '@agentmem/core'))
  await linkDependencies(home, modules)
  await linkDependencies(coreHome, modules)
  return join(place, 'dist/main.js')
}

async function copyPackage(from: string, to: string): Promise<void> {
  for (const part of ['dist', 'package.json']) await cp(join(from, part), join(to, part), { recursive: true })
}

async function linkDependencies(of: string, modules: string): Promise<void> {
  const { dependencies } = JSON.parse(await readFile(join(of, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  for (const name of Object.keys(dependencies)) {
    if (name !== '@agentmem/core') await symlink(join(of, 'node_modules', name), join(modules, name))
  }
}

/** Starts the built command; its stdin stays open. It is killed when the test ends before it does. */
export function startAgentmem(
  folder: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  program: string = built,
): Running {
  // NODE_PATH: a package manager that starts the tests may add its own folders to where packages are found.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(AGENTMEM_|NO_COLOR|FORCE_COLOR|NODE_PATH)/.test(name),
  )
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { ...Object.fromEntries(inherited), ...env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  // A command that stops reading closes its stdin: that is no failure of the test.
  child.stdin.on('error', () => undefined)
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }))
  return { child, stderr: () => stderr, ended }
}

/** Runs the built command to its end; in a folder with packages of its own, one that knows of no others. */
export async function agentmem(
  folder: string,
  args: readonly string[],
  { input = '', env, program }: { input?: string; env?: NodeJS.ProcessEnv; program?: string } = {},
): Promise<Outcome> {
  const alone = existsSync(join(folder, 'node_modules')) ? await installedAlone() : undefined
  const { child, ended } = startAgentmem(folder, args, env, program ?? alone)
  child.stdin.end(input)
  return ended
}

/** Runs a command that must succeed, and reads its --json answer. */
export async function answerOf(folder: string, args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await agentmem(folder, [...args, '--json'])
  if (code !== 0) throw new Error(`agentmem ${args.join(' ')}: exit code ${code}\n${stderr}`)
  return JSON.parse(stdout) as Record<string, unknown>
}
