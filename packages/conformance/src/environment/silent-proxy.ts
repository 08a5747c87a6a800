import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

/**
 * What the proxy does with a chunk of bytes from a client:
 * - 'pass': the server gets it;
 * - 'cutBefore': the connection is cut, and the server does not get it;
 * - 'cutAfter': the server gets it, and the connection is cut before the client gets the answer.
 */
export type ChunkAction = 'pass' | 'cutBefore' | 'cutAfter'

/** Passes bytes between clients and a server, and can cut, silence or delay them. */
export interface SilentProxy extends AsyncDisposable {
  /** The server's URL with the host and port of the proxy; without a server `tcp://127.0.0.1:PORT`. */
  readonly url: string
  /** On 127.0.0.1. */
  readonly port: number
  /** How many connections clients have opened so far. */
  readonly connections: number
  /** How many connections `onSent` has cut so far. */
  readonly cuts: number
  /**
   * Decides about each chunk that a client sends. A chunk may be several messages, or part of one. `connection` counts
   * from 1. Default: everything passes.
   */
  onSent: (chunk: Buffer, connection: number) => ChunkAction
  /** Cuts all connections that are open now. */
  cutAll(): void
  /** The connections that are open now stay open, and nothing passes on them any more, either way. Later ones work. */
  silence(): void
  /** Keeps back what servers answer, until `passAnswers`. */
  holdAnswers(): void
  /** Passes the answers that were kept back, in their order, and all later ones. */
  passAnswers(): void
  /** Cuts all connections and frees the port. */
  close(): Promise<void>
}

/**
 * Starts a proxy on a free port in front of the server at `serverUrl`. Without `serverUrl` there is no server: clients
 * can connect, and never get an answer.
 */
export async function silentProxy(serverUrl?: string): Promise<SilentProxy> {
  const target = serverUrl === undefined ? undefined : new URL(serverUrl)
  const address = target && addressOf(target)
  const server = createServer(client => proxy.join(client, address && connect(address)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = target ?? new URL('tcp://127.0.0.1')
  url.hostname = '127.0.0.1'
  url.port = String(port)
  const proxy = new TcpProxy(server, url.href, port)
  return proxy
}

const defaultPorts: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'mariadb:': 3306,
  'mysql:': 3306,
  'postgres:': 5432,
  'postgresql:': 5432,
  'redis:': 6379,
}

/** Where a server listens; throws for a URL without a port whose scheme has none. */
export function addressOf({ protocol, hostname, port }: URL): {
  readonly host: string
  readonly port: number
} {
  const known = port === '' ? defaultPorts[protocol] : Number(port)
  if (known === undefined)
    throw new TypeError(`silentProxy needs a port in the '${protocol}' URL of the server.`)
  // A URL has an IPv6 address in brackets.
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: known }
}

interface Connection {
  readonly client: Socket
  isSilent: boolean
}

class TcpProxy implements SilentProxy {
  readonly url: string
  readonly port: number
  onSent: SilentProxy['onSent'] = () => 'pass'
  connections = 0
  cuts = 0
  readonly #server: Server
  readonly #open = new Set<Connection>()
  /** Undefined while answers pass. */
  #held: (() => void)[] | undefined

  constructor(server: Server, url: string, port: number) {
    this.#server = server
    this.url = url
    this.port = port
  }

  cutAll(): void {
    for (const { client } of this.#open) client.destroy()
  }

  silence(): void {
    for (const connection of this.#open) connection.isSilent = true
  }

  holdAnswers(): void {
    this.#held ??= []
  }

  passAnswers(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const pass of held) pass()
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.cutAll()
    await closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Connects a client with the server, or with nobody. */
  join(client: Socket, upstream: Socket | undefined): void {
    const connection: Connection = { client, isSilent: false }
    const number = ++this.connections
    let isCutAtAnswer = false
    const cut = (): void => {
      if (!client.destroyed) this.cuts++
      client.destroy()
    }
    this.#open.add(connection)
    client.on('close', () => {
      this.#open.delete(connection)
      upstream?.destroy()
    })
    upstream?.on('close', () => client.destroy())
    // The close that follows ends the other side as well.
    for (const socket of [client, upstream]) socket?.on('error', () => undefined)
    client.on('data', chunk => {
      if (connection.isSilent) return
      const action = this.onSent(chunk, number)
      if (action === 'cutBefore') return cut()
      isCutAtAnswer ||= action === 'cutAfter'
      upstream?.write(chunk)
    })
    upstream?.on('data', answer => {
      if (connection.isSilent) return
      if (isCutAtAnswer) return cut()
      if (this.#held) this.#held.push(() => client.write(answer))
      else client.write(answer)
    })
  }
}
