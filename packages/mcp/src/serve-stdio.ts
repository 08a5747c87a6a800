import type { Memory } from '@agentmem/core'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import type { StdioServerHandle } from '@modelcontextprotocol/server/stdio'
import { createMemoryServer } from './memory-server.ts'
import type { MemoryServerOptions } from './memory-server.ts'

/**
 * Serves the client that has started this process, over its stdin and stdout. The memory is opened at once; calls that come
 * before wait for it, and say what went wrong when it cannot be opened. Closing the handle leaves the Memory open.
 */
export function serveMemoryStdio(
  open: () => Promise<Memory>,
  options: MemoryServerOptions,
): StdioServerHandle {
  const memory = open()
  memory.catch(() => undefined)
  // One that is wrong is refused now.
  createMemoryServer(() => memory, options)
  return serveStdio(() => createMemoryServer(() => memory, options), {
    onerror: error => process.emitWarning(error),
  })
}
