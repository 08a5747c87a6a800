import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { isPassing, libsqlError } from '../src/libsql-error.ts'

it.each([
  ['before its answer', 0],
  ['within its answer', 5],
])('a connection that is lost %s is UNAVAILABLE, and the call is made again', async (_when, sent) => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-length': 10 })
    if (sent > 0) response.write('x'.repeat(sent))
    setTimeout(() => response.destroy(), 20)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const error: unknown = await fetch(`http://127.0.0.1:${port}`)
    .then(response => response.text())
    .catch((error: unknown) => error)
  server.close()
  expect(error).toBeInstanceOf(Error)
  expect(isPassing(error)).toBe(true)
  expect(libsqlError(error)).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
})
