import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { addressOf } from './silent-proxy.ts'
import { MessageCutter } from './protocol-messages.ts'
import type { Direction, Protocol } from './protocol-messages.ts'

/** What goes wrong at one message of a conversation between clients and their server. */
export interface StepFault {
  readonly direction: Direction
  /** Which message of that direction, counted from 1 over all connections since `arm`. */
  readonly message: number
  /** 'within': the first half of it is passed on. */
  readonly moment: 'before' | 'within' | 'after'
  /**
   * - 'cut': the connection ends, for both sides;
   * - 'stall': nothing passes any more, either way, and neither side hears of the end of the other;
   * - 'halfClose': the receiver is told that no more comes, and gets no more; the other way stays open.
   */
  readonly kind: 'cut' | 'halfClose' | 'stall'
}

/** Passes messages between clients and a server, and does one fault at one of them. */
export interface StepProxy extends AsyncDisposable {
  /** The server's URL with the host and port of the proxy. */
  readonly url: string
  /** Messages of each direction since `arm`. */
  readonly messages: Readonly<Record<Direction, number>>
  /** True once the fault has been done. */
  readonly isDone: boolean
  /** Counts from 0 again, and does this fault, once. Without one it only counts. */
  arm(fault?: StepFault): void
  /** Ends the connections that stalled, for both sides. */
  endStalled(): void
  /** Cuts all connections and frees the port. */
  close(): Promise<void>
}

/** Starts a proxy on a free port in front of the server at `serverUrl`. */
export async function stepProxy(serverUrl: string, protocol: Protocol): Promise<StepProxy> {
  const target = new URL(serverUrl)
  const address = addressOf(target)
  // A side that ends may still be sent to: that is what half-closed means.
  const server = createServer({ allowHalfOpen: true }, client =>
    proxy.join(client, connect({ ...address, allowHalfOpen: true })),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  target.hostname = '127.0.0.1'
  target.port = String((server.address() as AddressInfo).port)
  const proxy = new Steps(server, target.href, protocol)
  return proxy
}

class Steps implements StepProxy {
  readonly url: string
  readonly #server: Server
  readonly #protocol: Protocol
  readonly #open = new Set<Connection>()
  #messages = { sent: 0, answered: 0 }
  #fault: StepFault | undefined
  isDone = false

  constructor(server: Server, url: string, protocol: Protocol) {
    this.#server = server
    this.url = url
    this.#protocol = protocol
  }

  get messages(): Readonly<Record<Direction, number>> {
    return this.#messages
  }

  arm(fault?: StepFault): void {
    this.#messages = { sent: 0, answered: 0 }
    this.#fault = fault
    this.isDone = false
  }

  endStalled(): void {
    for (const connection of this.#open) if (connection.isStalled) connection.end()
  }

  join(client: Socket, upstream: Socket): void {
    const connection = new Connection(client, upstream, this.#protocol)
    this.#open.add(connection)
    connection.onMessage = direction => {
      this.#messages[direction]++
      const fault = this.#fault
      if (this.isDone || fault?.direction !== direction || fault.message !== this.#messages[direction])
        return undefined
      this.isDone = true
      return fault
    }
    connection.onEnd = () => this.#open.delete(connection)
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const connection of this.#open) connection.end()
    await closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** One client and its connection to the server. */
class Connection {
  isStalled = false
  onMessage: (direction: Direction) => StepFault | undefined = () => undefined
  onEnd: () => void = () => undefined
  readonly #sockets: Readonly<Record<Direction, readonly [from: Socket, to: Socket]>>
  readonly #isOver: Record<Direction, boolean> = { sent: false, answered: false }

  constructor(client: Socket, upstream: Socket, protocol: Protocol) {
    this.#sockets = { sent: [client, upstream], answered: [upstream, client] }
    for (const direction of ['sent', 'answered'] as const) this.#pass(direction, protocol)
  }

  end(): void {
    for (const socket of this.#sockets.sent) socket.destroy()
    this.onEnd()
  }

  #pass(direction: Direction, protocol: Protocol): void {
    const [from, to] = this.#sockets[direction]
    const cutter = new MessageCutter(protocol, direction)
    from.on('error', () => undefined)
    from.on('data', chunk => {
      for (const message of cutter.cut(chunk)) this.#handle(direction, message)
    })
    from.on('end', () => {
      if (!this.isStalled && !this.#isOver[direction]) to.end()
    })
    from.on('close', () => {
      if (!this.isStalled) this.end()
    })
  }

  #handle(direction: Direction, message: Buffer): void {
    if (this.isStalled || this.#isOver[direction]) return
    const [, to] = this.#sockets[direction]
    const fault = this.onMessage(direction)
    if (!fault) {
      to.write(message)
      return
    }
    const { moment } = fault
    const passed =
      moment === 'before' ? 0 : moment === 'within' ? Math.ceil(message.length / 2) : message.length
    const happen = (): void => this.#happen(fault)
    if (passed === 0) happen()
    else {
      // Nothing behind it may pass while it is on its way.
      if (fault.kind === 'stall') this.isStalled = true
      else this.#isOver[direction] = true
      to.write(message.subarray(0, passed), happen)
    }
  }

  #happen({ kind, direction }: StepFault): void {
    if (kind === 'cut') this.end()
    else if (kind === 'stall') this.isStalled = true
    else {
      this.#isOver[direction] = true
      this.#sockets[direction][1].end()
    }
  }
}
