import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, onFreePorts } from './free-port.ts'
import { reap } from './reaper.ts'
import type { OwnServer, Program, ServerKind, StartOptions } from './server.ts'
import { unprivileged } from './unprivileged.ts'
import type { User } from './unprivileged.ts'

const startTimeoutMs = 60_000

/** Starts a server of our own: data in a temporary folder, a free port of 127.0.0.1, gone when this process ends. */
export function startLocal(kind: ServerKind, program: Program, options: StartOptions): Promise<OwnServer> {
  return onFreePorts(() => startOnce(kind, program, options))
}

async function startOnce(
  kind: ServerKind,
  program: Program,
  { settings = [] }: StartOptions,
): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), `agentmem-${kind.name}-`))
  const user = unprivileged()
  if (user) await chown(folder, user.uid, user.gid)
  const port = await freePort()
  const url = kind.urlOf('127.0.0.1', port)
  const reaper = reap(folder, program.killSignal)
  let child: ChildProcess | undefined

  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill(program.killSignal)
    await once(child, 'exit')
  }
  const launch = async (): Promise<string> => {
    const [file, ...args] = program.command(folder, port)
    const log = await open(join(folder, 'log'), 'a')
    child = spawn(file, [...args, ...settings], { ...user, cwd: folder, stdio: ['ignore', log.fd, log.fd] })
    await log.close()
    await writeFile(join(folder, 'pid'), String(child.pid))
    return answer(kind, url, child, folder)
  }
  let stopping: Promise<void> | undefined
  const stop = (): Promise<void> =>
    (stopping ??= (async () => {
      await kill()
      await rm(folder, { recursive: true, force: true })
      reaper.dismiss()
    })())
  try {
    await program.prepare(folder, (file, args) => run(file, args, folder, user), port)
    const version = await launch()
    const restart = async (): Promise<void> => {
      await kill()
      await launch()
    }
    return {
      name: kind.name,
      url,
      rung: program.rung,
      version,
      stop,
      kill,
      restart,
      pause: () => void child?.kill('SIGSTOP'),
      resume: () => void child?.kill('SIGCONT'),
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Waits until the server answers. Rejects with its log when it ends before. */
async function answer(kind: ServerKind, url: string, child: ChildProcess, folder: string): Promise<string> {
  const deadline = Date.now() + startTimeoutMs
  for (;;) {
    try {
      return await kind.probe(url)
    } catch (error) {
      const ended = child.exitCode !== null || child.signalCode !== null
      if (ended || Date.now() > deadline) {
        const log = await readFile(join(folder, 'log'), 'utf8')
        throw new Error(`The ${kind.name} server did not start:\n${log.slice(-4000)}`, { cause: error })
      }
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
}

async function run(
  file: string,
  args: readonly string[],
  cwd: string,
  user: User | undefined,
): Promise<void> {
  const child = spawn(file, args, { ...user, cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', chunk => (output += chunk))
  child.stderr.on('data', chunk => (output += chunk))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${file} ended with ${code}:\n${output}`)
}
