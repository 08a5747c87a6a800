import { silentProxy } from '@agentmem/conformance'

/** Stands between a client and a Redis, sees the commands, and may hold back what flows. */
export interface RedisProxy extends AsyncDisposable {
  readonly url: string
  /** The names of the commands that have passed. */
  readonly commands: readonly string[]
  readonly connections: number
  /** Holds back replies until this many more commands have arrived. */
  holdReplies(commands: number): void
  /** Lets nothing pass through the connections that are open now; later ones work. */
  freeze(): void
}

export async function startProxy(redisUrl: string): Promise<RedisProxy> {
  const proxy = await silentProxy(redisUrl)
  const commands: string[] = []
  const readers = new Map<number, (chunk: Buffer) => void>()
  let release = 0
  proxy.onSent = (chunk, connection) => {
    const read = readers.get(connection) ?? commandReader(name => commands.push(name))
    readers.set(connection, read)
    read(chunk)
    if (commands.length >= release) proxy.passAnswers()
    return 'pass'
  }
  return {
    url: proxy.url,
    commands,
    get connections() {
      return proxy.connections
    },
    holdReplies(more) {
      release = commands.length + more
      proxy.holdAnswers()
    },
    freeze: () => proxy.silence(),
    [Symbol.asyncDispose]: () => proxy.close(),
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
