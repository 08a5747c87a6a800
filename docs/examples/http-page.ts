// An HTTP page of memories with a cursor: GET /?after=CURSOR answers { results, next }.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openMemory } from '@agentmem/core/open'

/** Your authentication in its place: who asks. */
const userOf = (request: IncomingMessage): string => String(request.headers['x-user'])

await using memory = await openMemory({ store: 'sqlite:./page.db' })
await memory.addBatch(['tea', 'a cello', 'Porto'], { userId: 'ada' })

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const after = new URL(request.url ?? '/', 'http://localhost').searchParams.get('after') ?? undefined
  try {
    response.end(JSON.stringify(await memory.page({ userId: userOf(request), limit: 2, after })))
  } catch (error) {
    response.writeHead(400).end(String(error))
  }
}

const server = createServer((request, response) => void answer(request, response))
server.listen(0, '127.0.0.1')
await once(server, 'listening')

const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
for (let next: string | undefined = ''; next !== undefined;) {
  const response = await fetch(next === '' ? url : `${url}/?after=${next}`, { headers: { 'x-user': 'ada' } })
  const page = (await response.json()) as Awaited<ReturnType<typeof memory.page>>
  console.log(page.results.map(found => found.memory))
  next = page.next
}
server.close()
