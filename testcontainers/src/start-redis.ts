import { join } from 'node:path'
import { folderOf } from './find-program.ts'
import { startServer } from './start-server.ts'
import type { OwnServer, Program, ServerKind, Start, StartOptions } from './server.ts'

export const redis: ServerKind = {
  name: 'redis',
  images: ['redis:8', 'redis:7', 'valkey/valkey:9'],
  container: { port: 6379, environment: {} },
  urlOf: (host, port) => `redis://${host}:${port}`,
  async probe(url) {
    const { createClient } = await import('@redis/client')
    const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: 5_000 } })
    client.on('error', () => undefined)
    await client.connect()
    try {
      const server = await client.sendCommand(['INFO', 'server'])
      return `Redis ${/redis_version:(\S+)/.exec(String(server))?.[1]}`
    } finally {
      await client.close()
    }
  },
  programs: [installed],
}

/** Starts a Redis that keeps nothing on disk. */
export const startRedis: Start = (options?: StartOptions) => startServer(redis, options) as Promise<OwnServer>

async function installed(): Promise<Program | string> {
  const program = ['redis-server', 'valkey-server'].find(name => folderOf([name]) !== undefined)
  const folder = program && folderOf([program])
  if (program === undefined || folder === undefined) return 'no installed redis-server was found'
  return {
    rung: 'installed',
    prepare: async () => undefined,
    command(data, port) {
      const where = ['--bind', '127.0.0.1', '--port', String(port), '--dir', data]
      return [join(folder, program), ...where, '--save', '', '--appendonly', 'no']
    },
    killSignal: 'SIGKILL',
  }
}
