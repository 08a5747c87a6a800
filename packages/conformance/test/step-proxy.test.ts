import { deepEqual, equal } from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { describe, it } from 'vitest'
import { stepProxy } from '../src/index.ts'
import type { StepFault, StepProxy } from '../src/index.ts'

/** A message of MySQL: its length in three bytes, a number, and a text. */
const message = (text: string): Buffer =>
  Buffer.concat([Buffer.from([text.length, 0, 0, 0]), Buffer.from(text)])

interface Behind extends AsyncDisposable {
  readonly proxy: StepProxy
  readonly client: Socket
  /** What the server and the client got, and 'END' where the other side said that no more comes. */
  readonly atServer: string[]
  readonly atClient: string[]
}

/** A server that answers each chunk with two messages, behind a proxy. */
async function behind(fault?: StepFault): Promise<Behind> {
  const [atServer, atClient]: [string[], string[]] = [[], []]
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, socket => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('end', () => atServer.push('END'))
    socket.on('data', chunk => {
      atServer.push(chunk.subarray(4).toString())
      socket.write(Buffer.concat([message('one'), message('two')]))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const proxy = await stepProxy(`mysql://127.0.0.1:${port}/db`, 'mysql')
  proxy.arm(fault)
  const client = connect({ port: Number(new URL(proxy.url).port), host: '127.0.0.1', allowHalfOpen: true })
  client.on('error', () => undefined).on('end', () => atClient.push('END'))
  client.on('data', chunk => atClient.push(chunk.toString().replaceAll(/[^a-zA-Z]/g, '')))
  await once(client, 'connect')
  return {
    proxy,
    client,
    atServer,
    atClient,
    async [Symbol.asyncDispose]() {
      client.destroy()
      await proxy.close()
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Waits until what a side got is this. */
async function gets(got: readonly string[], wanted: string): Promise<void> {
  while (got.join('') !== wanted) await new Promise(resolve => setTimeout(resolve, 1))
}

describe('stepProxy', () => {
  it('counts the messages of each direction, whatever chunks they come in', async () => {
    await using it = await behind()
    const sent = message('hello')
    it.client.write(sent.subarray(0, 3))
    await new Promise(resolve => setTimeout(resolve, 5))
    it.client.write(sent.subarray(3))
    await gets(it.atClient, 'onetwo')
    deepEqual(it.proxy.messages, { sent: 1, answered: 2 })
    equal(it.proxy.isDone, false)
  })

  it.each([
    ['before', 'END'],
    ['within', 'hEND'],
    ['after', 'helloEND'],
  ] as const)('cuts %s a message that is sent', async (moment, atServer) => {
    await using it = await behind({ direction: 'sent', message: 1, kind: 'cut', moment })
    it.client.write(message('hello'))
    await gets(it.atServer, atServer)
    await gets(it.atClient, 'END')
    equal(it.proxy.isDone, true)
  })

  it('tells the client that no more comes, within an answer, and passes on what it sends', async () => {
    await using it = await behind({ direction: 'answered', message: 2, kind: 'halfClose', moment: 'before' })
    it.client.write(message('hello'))
    await gets(it.atClient, 'oneEND')
    it.client.write(message('again'))
    await gets(it.atServer, 'helloagain')
    equal(it.atClient.join(''), 'oneEND')
  })

  it('tells the server that no more comes, and passes on what it answers', async () => {
    await using it = await behind({ direction: 'sent', message: 1, kind: 'halfClose', moment: 'after' })
    it.client.write(message('hello'))
    await gets(it.atServer, 'helloEND')
    await gets(it.atClient, 'onetwo')
    it.client.write(message('again'))
    deepEqual(it.proxy.messages, { sent: 1, answered: 2 })
  })

  it('lets neither side hear of the other any more, not even of its end, until it is told to', async () => {
    await using it = await behind({ direction: 'answered', message: 1, kind: 'stall', moment: 'after' })
    it.client.write(message('hello'))
    await gets(it.atClient, 'one')
    const closed = once(it.client, 'close')
    it.client.destroy()
    await closed
    await new Promise(resolve => setTimeout(resolve, 20))
    deepEqual(it.atServer, ['hello'])
    it.proxy.endStalled()
    await gets(it.atServer, 'helloEND')
  })

  it('does a fault once, and not on a later connection', async () => {
    await using it = await behind({ direction: 'sent', message: 1, kind: 'cut', moment: 'before' })
    it.client.write(message('hello'))
    await gets(it.atClient, 'END')
    const other = connect(Number(new URL(it.proxy.url).port), '127.0.0.1')
    const answer = once(other, 'data')
    other.write(message('again'))
    await answer
    await gets(it.atServer, 'ENDagain')
    other.destroy()
  })
})
