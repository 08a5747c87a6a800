import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

/** Stands between a client and a server, and cuts the connection before a chosen answer gets through. */
export class CutProxy implements AsyncDisposable {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** Cuts the connection once a message with this text has been sent and its answer has come. Once. */
  cutAnswerTo: string | undefined
  cuts = 0

  private constructor(server: Server) {
    this.#server = server
  }

  static async to(url: string): Promise<CutProxy> {
    const { hostname, port } = new URL(url)
    const server = createServer()
    const proxy = new CutProxy(server)
    server.on('connection', client => proxy.#join(client, connect(Number(port), hostname)))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return proxy
  }

  /** The URL of the server, by way of this. */
  urlOf(url: string): string {
    const through = new URL(url)
    through.hostname = '127.0.0.1'
    through.port = String((this.#server.address() as AddressInfo).port)
    return through.href
  }

  #join(client: Socket, server: Socket): void {
    let armed = false
    const both = [client, server]
    for (const socket of both) {
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        for (const each of both) each.destroy()
      })
    }
    client.on('data', (data: Buffer) => {
      if (this.cutAnswerTo !== undefined && data.includes(this.cutAnswerTo)) {
        this.cutAnswerTo = undefined
        armed = true
      }
      server.write(data)
    })
    server.on('data', (data: Buffer) => {
      if (armed) {
        this.cuts++
        client.destroy()
      } else {
        client.write(data)
      }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
  }
}
