import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** What answers where another server was looked for. */
export const strangeAnswers: Readonly<Record<string, (socket: Socket) => unknown>> = {
  'one that hangs up': socket => socket.end(),
  'one that resets': socket => socket.resetAndDestroy(),
  'one that says nothing': () => undefined,
  'one of HTTP': socket => socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  'one of SSH': socket => socket.write('SSH-2.0-OpenSSH_9.2\r\n'),
  'one of Redis': socket => socket.on('data', () => socket.write('-ERR unknown command\r\n')),
  'one of MySQL': socket => socket.write(Buffer.from('5a0000000a352e352e352d31302e31312e313900', 'hex')),
  'a PostgreSQL without TLS': socket => socket.on('data', () => socket.write('N')),
  'one that sends zeros': socket => socket.write(Buffer.alloc(100)),
  'one that sends ones': socket => socket.write(Buffer.alloc(100, 255)),
}

export interface StrangeServer extends AsyncDisposable {
  readonly port: number
}

/** A server on a free port of 127.0.0.1 that answers each connection so. */
export async function strangeServer(answer: (socket: Socket) => unknown): Promise<StrangeServer> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    answer(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
