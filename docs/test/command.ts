import { spawn } from 'node:child_process'
import { manifestOf, root } from './workspace.ts'

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command to its end; a failure is an outcome like any other. */
export function command(folder: string, name: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((done, failed) => {
    const child = spawn(name, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.on('error', failed)
    child.on('close', code => {
      done({ code, stdout, stderr })
    })
  })
}

/** Runs a script with the Node that runs the tests. */
export function node(folder: string, ...args: readonly string[]): Promise<Outcome> {
  return command(folder, process.execPath, args)
}

/** Runs the pnpm that the workspace pins. */
export function pnpm(folder: string, ...args: readonly string[]): Promise<Outcome> {
  return command(folder, 'npx', ['--yes', manifestOf(root).packageManager, ...args])
}

/** The outcome, or an error with all that the command said. */
export async function succeeded(running: Promise<Outcome>): Promise<Outcome> {
  const outcome = await running
  if (outcome.code === 0) return outcome
  throw new Error(`exit code ${outcome.code}\n${outcome.stdout}\n${outcome.stderr}`)
}
