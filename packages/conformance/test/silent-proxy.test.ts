import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { describe, it } from 'vitest'
import { silentProxy } from '../src/index.ts'

interface Echo extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly received: string[]
}

/** A server that answers each chunk with its text in capitals, and what it has received. */
async function startEcho(): Promise<Echo> {
  const received: string[] = []
  const server = createServer(socket => {
    socket.on('error', () => undefined)
    socket.setEncoding('utf8').on('data', (text: string) => {
      received.push(text)
      socket.write(text.toUpperCase())
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `mysql://user:secret@localhost:${port}/db?x=1`,
    port,
    received,
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}

async function connectTo({ port }: { readonly port: number }): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

async function answerTo(socket: Socket, text: string): Promise<unknown> {
  const answer = once(socket, 'data')
  socket.write(text)
  return (await answer)[0] as unknown
}

/** Fails if the socket gets anything while another connection, to `beside`, is answered twice. */
async function assertSilent(socket: Socket, beside: { readonly port: number }): Promise<void> {
  const heard: unknown[] = []
  socket.on('data', text => heard.push(text))
  const other = await connectTo(beside)
  await answerTo(other, 'one')
  await answerTo(other, 'two')
  other.destroy()
  deepEqual(heard, [])
  equal(socket.destroyed, false)
}

describe('silentProxy', () => {
  it('passes what both sides send, under the URL of the server with its own host and port', async () => {
    await using echo = await startEcho()
    await using proxy = await silentProxy(echo.url)
    equal(proxy.url, `mysql://user:secret@127.0.0.1:${proxy.port}/db?x=1`)
    equal(proxy.connections, 0)
    const [one, other] = [await connectTo(proxy), await connectTo(proxy)]
    equal(await answerTo(one, 'abc'), 'ABC')
    equal(await answerTo(other, 'def'), 'DEF')
    equal(proxy.connections, 2)
    equal(proxy.cuts, 0)
  })

  it('shows each chunk with the number of its connection', async () => {
    await using echo = await startEcho()
    await using proxy = await silentProxy(echo.url)
    const seen: [string, number][] = []
    proxy.onSent = (chunk, connection) => {
      seen.push([chunk.toString(), connection])
      return 'pass'
    }
    const [one, other] = [await connectTo(proxy), await connectTo(proxy)]
    await answerTo(other, 'b')
    await answerTo(one, 'a')
    deepEqual(seen, [
      ['b', 2],
      ['a', 1],
    ])
  })

  it('cuts a connection before the server gets a chunk, and no other connection', async () => {
    await using echo = await startEcho()
    await using proxy = await silentProxy(echo.url)
    proxy.onSent = chunk => (chunk.includes('commit') ? 'cutBefore' : 'pass')
    const [one, other] = [await connectTo(proxy), await connectTo(proxy)]
    await answerTo(one, 'begin')
    one.write('commit')
    await once(one, 'close')
    equal(await answerTo(other, 'on'), 'ON')
    deepEqual(echo.received, ['begin', 'on'])
    equal(proxy.cuts, 1)
  })

  it('cuts a connection after the server got a chunk and before the client gets the answer', async () => {
    await using echo = await startEcho()
    await using proxy = await silentProxy(echo.url)
    proxy.onSent = chunk => (chunk.includes('commit') ? 'cutAfter' : 'pass')
    const socket = await connectTo(proxy)
    const heard: unknown[] = []
    socket.on('data', text => heard.push(text))
    socket.write('commit')
    await once(socket, 'close')
    deepEqual(heard, [])
    deepEqual(echo.received, ['commit'])
    equal(proxy.cuts, 1)
  })

  it('cuts all connections that are open, and takes new ones', async () => {
    await using echo = await startEcho()
    await using proxy = await silentProxy(echo.url)
    const [one, other] = [await connectTo(proxy), await connectTo(proxy)]
    await Promise.all([answerTo(one, 'a'), answerTo(other, 'b')])
    const closed = [once(one, 'close'), once(other, 'close')]
    proxy.cutAll()
    await Promise.all(closed)
    equal(await answerTo(await connectTo(proxy), 'c'), 'C')
    equal(proxy.cuts, 0)
  })

  it('silences the connections that are open, and not those that come later', async () => {
    await using echo = await startEcho()
    await using proxy = await silentProxy(echo.url)
    const socket = await connectTo(proxy)
    await answerTo(socket, 'heard')
    proxy.silence()
    socket.write('lost')
    await assertSilent(socket, proxy)
    deepEqual(echo.received, ['heard', 'one', 'two'])
  })

  it('holds answers back while the server gets what is sent, then passes them in order', async () => {
    await using echo = await startEcho()
    await using proxy = await silentProxy(echo.url)
    const socket = await connectTo(proxy)
    await answerTo(socket, 'a')
    proxy.holdAnswers()
    const heard: unknown[] = []
    socket.on('data', text => heard.push(text))
    proxy.onSent = chunk => {
      if (chunk.includes('last')) proxy.passAnswers()
      return 'pass'
    }
    socket.write('b')
    while (echo.received.length < 2) await new Promise(resolve => setImmediate(resolve))
    await assertSilent(socket, echo)
    socket.write('last')
    while (heard.join('').length < 5) await once(socket, 'data')
    equal(heard.join(''), 'BLAST')
  })

  it('without a server takes connections and never answers', async () => {
    await using echo = await startEcho()
    await using proxy = await silentProxy()
    match(proxy.url, /^tcp:\/\/127\.0\.0\.1:\d+$/)
    const socket = await connectTo(proxy)
    socket.write('Is anybody there?')
    await assertSilent(socket, echo)
    equal(proxy.connections, 1)
  })

  it('ends its connections and frees its port when it is closed, once or more', async () => {
    await using echo = await startEcho()
    const proxy = await silentProxy(echo.url)
    const socket = await connectTo(proxy)
    const closed = once(socket, 'close')
    await proxy.close()
    await closed
    await proxy.close()
    const refused = connect(proxy.port, '127.0.0.1')
    await rejects(once(refused, 'connect'), { code: 'ECONNREFUSED' })
  })

  it('ends a connection whose server is gone', async () => {
    const { port } = await silentProxy().then(async proxy => (await proxy.close(), proxy))
    await using proxy = await silentProxy(`tcp://127.0.0.1:${port}`)
    await once(await connectTo(proxy), 'close')
  })

  it('knows the default ports of databases, and asks for other ports', async () => {
    await using proxy = await silentProxy('redis://localhost/0')
    equal(proxy.url, `redis://127.0.0.1:${proxy.port}/0`)
    await rejects(silentProxy('amqp://user:secret@localhost/'), error => {
      match(String(error), /needs a port in the 'amqp:' URL/)
      return !String(error).includes('secret')
    })
  })
})
