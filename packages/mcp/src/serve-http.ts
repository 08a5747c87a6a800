import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MemoryError } from '@agentmem/core'
import { localhostHostValidation, localhostOriginValidation, toNodeHandler } from '@modelcontextprotocol/node'
import type { McpHttpHandler } from '@modelcontextprotocol/server'

export interface HttpPlace {
  /** A loopback address: '127.0.0.1' (default), '::1' or 'localhost'. */
  readonly host?: string | undefined
  /** 0 takes a free one. */
  readonly port: number
}

export interface ServedHttp {
  /** Such as http://127.0.0.1:3111/mcp. */
  readonly url: string
  readonly close: () => Promise<void>
}

/**
 * Serves a handler to programs on this machine, at /mcp. A `Host` or `Origin` of another machine is answered with 403, so
 * that no web page reaches it. For others mount the handler in your own server, behind your own authentication.
 *
 * Throws `INVALID_ARGUMENT` for an address that is no loopback, and `UNAVAILABLE` when the port is taken.
 */
export async function serveMemoryHttp(
  handler: McpHttpHandler,
  { host = '127.0.0.1', port }: HttpPlace,
): Promise<ServedHttp> {
  if (!['127.0.0.1', '::1', 'localhost'].includes(host)) {
    throw new MemoryError(
      'INVALID_ARGUMENT',
      `${host} is no loopback address: nobody would be asked who they are. Give 127.0.0.1, ::1 or localhost, or mount createMemoryHandler in a server that authenticates.`,
    )
  }
  const [hostIsLocal, originIsLocal] = [localhostHostValidation(), localhostOriginValidation()]
  const answer = toNodeHandler(handler, { onerror: error => process.emitWarning(error) })
  const server = createServer((request, response) => {
    if (!hostIsLocal(request, response) || !originIsLocal(request, response)) return
    if (new URL(request.url ?? '/', 'http://localhost').pathname !== '/mcp') {
      response.writeHead(404).end()
      return
    }
    void answer(request, response)
  })
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new MemoryError('UNAVAILABLE', `Nothing can be served at ${host}:${port}: ${why}`, { cause })
  }
  const taken = (server.address() as AddressInfo).port
  const close = async (): Promise<void> => {
    await handler.close()
    server.close()
    server.closeAllConnections()
    if (server.listening) await once(server, 'close')
  }
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}/mcp`, close }
}
