import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface RedisServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Stops answering, with all connections open. */
  pause(): void
  resume(): void
  /** Ends at once, without a word to its clients; what it held is gone. */
  kill(): Promise<void>
}

/** Why no Redis can be started here; undefined when one can. */
export function whyNoRedisServer(): string | undefined {
  const { error } = spawnSync('redis-server', ['--version'])
  return error ? `redis-server cannot be run (${error.message})` : undefined
}

/** Starts an empty Redis on a port of 127.0.0.1, a free one unless one is given. */
export async function startRedis(port?: number): Promise<RedisServer> {
  const chosen = port ?? (await freePort())
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-redis-'))
  const where = ['--bind', '127.0.0.1', '--port', String(chosen), '--dir', folder]
  const child = spawn('redis-server', [...where, '--save', '', '--appendonly', 'no'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const endWithUs = (): void => void child.kill('SIGKILL')
  process.once('exit', endWithUs)
  let ended = false
  const kill = async (): Promise<void> => {
    if (ended) return
    ended = true
    child.kill('SIGKILL')
    await exited
    process.off('exit', endWithUs)
    await rm(folder, { recursive: true, force: true })
  }
  const log: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    log.push(line)
    if (line.includes('Ready to accept connections')) break
  }
  // What it says from here on is not read, and must not fill the pipe.
  child.stdout.resume()
  if (child.exitCode !== null) {
    await kill()
    throw new Error(`redis-server did not start:\n${log.join('\n')}`)
  }
  return {
    url: `redis://127.0.0.1:${chosen}`,
    port: chosen,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    kill,
    [Symbol.asyncDispose]: kill,
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
