import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

/** Stands between a client and a server, and can lose what passes. */
export class TcpProxy implements AsyncDisposable {
  /** Called with what a client sends; true lets the server have it and loses the connection before it answers. */
  cutAfter: (sent: Buffer) => boolean = () => false
  /** As `cutAfter`, but the server never gets it. */
  cutBefore: (sent: Buffer) => boolean = () => false
  readonly url: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server, url: string) {
    this.#server = server
    this.url = url
  }

  static async to(serverUrl: string): Promise<TcpProxy> {
    const target = new URL(serverUrl)
    const server = createServer(client => proxy.#join(client, Number(target.port || 3306), target.hostname))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = new URL(serverUrl)
    url.hostname = '127.0.0.1'
    url.port = String((server.address() as AddressInfo).port)
    const proxy = new TcpProxy(server, url.href)
    return proxy
  }

  /** Loses all connections that are there. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #join(client: Socket, port: number, host: string): void {
    const upstream = connect(port, host)
    const end = (): void => {
      client.destroy()
      upstream.destroy()
    }
    let silent = false
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket)
      socket.on('error', end)
      socket.on('close', () => {
        this.#sockets.delete(socket)
        end()
      })
    }
    client.on('data', sent => {
      if (this.cutBefore(sent)) return end()
      silent ||= this.cutAfter(sent)
      upstream.write(sent)
      return undefined
    })
    upstream.on('data', answer => {
      if (silent) end()
      else client.write(answer)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cutAll()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
