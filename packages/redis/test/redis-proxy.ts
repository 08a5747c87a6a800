import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** Stands between a client and a Redis, sees the commands, and may hold back what flows. */
export interface RedisProxy extends AsyncDisposable {
  readonly url: string
  /** The names of the commands that have passed. */
  readonly commands: readonly string[]
  readonly connections: number
  /** Holds back replies until this many more commands have come in. */
  holdReplies(commands: number): void
  /** Lets nothing pass through the connections that are open now; later ones work. */
  freeze(): void
}

export async function startProxy(redisUrl: string): Promise<RedisProxy> {
  const { hostname, port } = new URL(redisUrl)
  const commands: string[] = []
  const open = new Set<{ readonly client: Socket; readonly server: Socket; frozen: boolean }>()
  let connections = 0
  let release = 0
  let held: (() => void)[] = []
  const server = createServer(client => {
    connections++
    const pair = { client, server: connect(Number(port) || 6379, hostname), frozen: false }
    open.add(pair)
    const seen = commandReader(name => commands.push(name))
    client.on('data', chunk => {
      if (pair.frozen) return
      seen(chunk)
      pair.server.write(chunk)
      if (commands.length < release) return
      for (const send of held) send()
      held = []
    })
    pair.server.on('data', chunk => {
      if (pair.frozen) return
      if (commands.length < release) held.push(() => client.write(chunk))
      else client.write(chunk)
    })
    for (const [socket, other] of [
      [client, pair.server],
      [pair.server, client],
    ] as const) {
      socket
        .on('error', () => {})
        .on('close', () => {
          other.destroy()
          open.delete(pair)
        })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    commands,
    get connections() {
      return connections
    },
    holdReplies(more) {
      release = commands.length + more
    },
    freeze() {
      for (const pair of open) pair.frozen = true
    },
    async [Symbol.asyncDispose]() {
      server.close()
      for (const pair of open) pair.client.destroy()
      await once(server, 'close')
    },
  }
}

/** Reads the stream of a client, which is arrays of bulk strings, and tells the first string of each. */
function commandReader(tell: (name: string) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0)
  let strings = 0
  let first = false
  return chunk => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const end = rest.indexOf('\r\n')
      if (end < 0) return
      const count = Number(rest.subarray(1, end))
      if (strings === 0) {
        strings = count
        first = true
        rest = rest.subarray(end + 2)
        continue
      }
      if (rest.length < end + 2 + count + 2) return
      if (first) tell(rest.toString('latin1', end + 2, end + 2 + count))
      first = false
      strings--
      rest = rest.subarray(end + 2 + count + 2)
    }
  }
}
