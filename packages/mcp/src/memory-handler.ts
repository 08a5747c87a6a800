import { AsyncLocalStorage } from 'node:async_hooks'
import type { Memory, OwnScope } from '@agentmem/core'
import { createMcpHandler } from '@modelcontextprotocol/server'
import type { AuthInfo, McpHttpHandler } from '@modelcontextprotocol/server'
import { createMemoryServer } from './memory-server.ts'
import type { MemoryServerOptions } from './memory-server.ts'

/** What a host knows of a request. */
export interface MemoryRequest {
  /** What the host's own verifier made of the token. Nothing here checks one. */
  readonly authInfo?: AuthInfo | undefined
  readonly requestInfo: Request
}

export interface MemoryHandlerOptions extends Omit<MemoryServerOptions, 'scope'> {
  /** Whose memories a request is about; undefined is answered with 401. Asked once a request. */
  readonly scopeOf: (request: MemoryRequest) => OwnScope | undefined | Promise<OwnScope | undefined>
}

/**
 * A handler of streamable HTTP for many users of one Memory: `fetch(request, { authInfo })` answers a web request, and
 * `toNodeHandler` of `@modelcontextprotocol/node` makes it one for Node's servers. It opens nothing for a request, and
 * keeps nothing between two.
 *
 * @example
 * const handler = createMemoryHandler(memory, { scopeOf: ({ authInfo }) => authInfo && { userId: authInfo.clientId } })
 */
export function createMemoryHandler(
  memory: Memory,
  { scopeOf, ...options }: MemoryHandlerOptions,
): McpHttpHandler {
  // The factory of the SDK is not given what belongs to a request, but it is called within it.
  const scopes = new AsyncLocalStorage<OwnScope>()
  const handler = createMcpHandler(() => {
    const scope = scopes.getStore()
    if (!scope) throw new Error('A server was asked for outside of a request')
    return createMemoryServer(memory, { ...options, scope })
  })
  return {
    ...handler,
    fetch: async (request, given) => {
      const scope = await scopeOf({ authInfo: given?.authInfo, requestInfo: request })
      if (scope === undefined) return unauthorized()
      return scopes.run(scope, () => handler.fetch(request, given))
    },
  }
}

function unauthorized(): Response {
  const error = { code: -32_000, message: 'Unauthorized: the request names nobody whose memories these are.' }
  return Response.json(
    { jsonrpc: '2.0', error, id: null },
    { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } },
  )
}
