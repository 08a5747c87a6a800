import type { RedisClient, RedisCommand } from './redis-client.ts'
import type { RedisLibrary } from './redis-options.ts'

/** Sends commands to Redis. */
export interface RedisConnection {
  /** Sends all commands at once: one round trip, however many there are. Replies are in their order. */
  send(commands: readonly RedisCommand[], signal: AbortSignal): Promise<unknown[]>
  /** Closes a connection that does not answer; the next command opens another. */
  drop(): void
}

/** The user's own client: the user connects and closes it. */
export function givenConnection(client: RedisClient): RedisConnection {
  return {
    send: (commands, abortSignal) => sendAll(client, commands, abortSignal),
    drop() {},
  }
}

interface OwnClient {
  readonly connected: Promise<RedisClient>
  destroy(): void
}

/** A client of the cache's own, connected by the first command, and again by the first one after a loss. */
export class OwnConnection implements RedisConnection {
  readonly #createClient: RedisLibrary['createClient']
  readonly #url: string
  readonly #connectTimeout: number
  #current: OwnClient | undefined

  /** `connectTimeout` is in milliseconds. */
  constructor(createClient: RedisLibrary['createClient'], url: string, connectTimeout: number) {
    this.#createClient = createClient
    this.#url = url
    this.#connectTimeout = connectTimeout
  }

  async send(commands: readonly RedisCommand[], signal: AbortSignal): Promise<unknown[]> {
    this.#current ??= this.#connect()
    return sendAll(await this.#current.connected, commands, signal)
  }

  drop(): void {
    this.#current?.destroy()
    this.#current = undefined
  }

  #connect(): OwnClient {
    const client = this.#createClient({
      url: this.#url,
      // The cache decides when to connect again: nothing runs in the background.
      socket: { connectTimeout: this.#connectTimeout, reconnectStrategy: false },
      disableOfflineQueue: true,
      // Nothing but the cache's own commands, and AUTH or SELECT when the URL asks for them.
      RESP: 2,
      disableClientInfo: true,
      maintNotifications: 'disabled',
      commandOptions: { timeout: undefined },
    })
    const connected = client.connect()
    const current: OwnClient = {
      connected,
      destroy() {
        client.destroy()
        // One that is still connecting may open its socket after that.
        void connected.then(() => client.destroy()).catch(() => {})
      },
    }
    const forget = (): void => {
      if (this.#current === current) this.#current = undefined
    }
    client.on('error', forget)
    connected.catch(forget)
    return current
  }
}

function sendAll(
  client: RedisClient,
  commands: readonly RedisCommand[],
  abortSignal: AbortSignal,
): Promise<unknown[]> {
  const options = { typeMapping: { 36: Buffer }, abortSignal, timeout: undefined } as const
  return Promise.all(commands.map(command => client.sendCommand(command, options)))
}
