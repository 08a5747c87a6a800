import { mkdirSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { MemoryError } from '@agentmem/core'
import type { OwnScope } from '@agentmem/core'
import { openMemory } from '@agentmem/core/open'
import { createMemoryHandler } from './memory-handler.ts'
import type { MemoryServerOptions } from './memory-server.ts'
import { serveMemoryHttp } from './serve-http.ts'
import { serveMemoryStdio } from './serve-stdio.ts'

/** What the command is started with. Addresses are those of `openMemory`; a path is relative to ~/.agentmem. */
export interface ServerSettings extends Pick<MemoryServerOptions, 'tools'> {
  /** Default 'sqlite:./memories.db'. */
  readonly store?: string | undefined
  /** Default, where there is an embedder: 'sqlite-vec:', in a file beside that of the store. */
  readonly index?: string | undefined
  /** Default: the one whose vectors the store holds, or none. */
  readonly embedder?: string | undefined
  readonly orgId?: string | undefined
  /** Whose memories these are. Default: the name that this user of the machine logs in with. */
  readonly scope?: OwnScope | undefined
  /** HOST:PORT or a port alone: HTTP in the place of stdio. */
  readonly http?: string | undefined
  /** Ends the serving. */
  readonly signal: AbortSignal
}

/** Serves until the client has gone or the signal is aborted, then closes the memory. */
export async function runServer({ http, signal, tools, ...settings }: ServerSettings): Promise<void> {
  const scope = settings.scope ?? { userId: userInfo().username }
  if (http === undefined) refuseForOne(settings)
  const folder = join(homedir(), '.agentmem')
  mkdirSync(folder, { recursive: true })
  // The folder in which a client starts this process is any folder.
  process.chdir(folder)
  const { store = 'sqlite:./memories.db', index, embedder, orgId } = settings
  const opening = openMemory({ store, index, embedder, orgId, signal })
  if (http !== undefined) {
    await using memory = await opening
    const handler = createMemoryHandler(memory, { tools, scopeOf: () => scope })
    const { url, close } = await serveMemoryHttp(handler, placeOf(http))
    process.stderr.write(`agentmem: serving at ${url}\n`)
    if (!signal.aborted) await once(signal, 'abort')
    await close()
    return
  }
  opening.catch((error: unknown) => process.stderr.write(`agentmem: ${String(error)}\n`))
  const handle = serveMemoryStdio(() => opening, { scope, tools })
  await Promise.race([once(process.stdin, 'close'), once(process.stdin, 'end'), once(signal, 'abort')])
  await handle.close()
  await opening.then(memory => memory.close()).catch(() => undefined)
}

/** Each window of a client starts a process of its own, on the same files. */
function refuseForOne({ store = '', index = '' }: Pick<ServerSettings, 'store' | 'index'>): void {
  const alone = /^(hnsw|usearch|pglite)(?=:|$)/i.exec(index)?.[1] ?? /^(pglite)(?=:|$)/i.exec(store)?.[1]
  if (alone === undefined) return
  throw new MemoryError(
    'INVALID_ARGUMENT',
    `${alone} is for one process, and each window of a client starts one of its own. Take sqlite-vec: or lancedb: as the index and sqlite: or a server as the store, or serve all windows from one process with --http.`,
  )
}

function placeOf(http: string): { host?: string; port: number } {
  const match = /^(?:(.+):)?(\d{1,5})$/.exec(http)
  const port = Number(match?.[2])
  if (!match || port > 65_535) {
    throw new MemoryError(
      'INVALID_ARGUMENT',
      `--http takes HOST:PORT, such as 127.0.0.1:3111, not '${http}'.`,
    )
  }
  const host = match[1]?.replace(/^\[(.*)\]$/, '$1')
  return { port, ...(host === undefined ? {} : { host }) }
}
