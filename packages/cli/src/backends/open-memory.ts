import { Memory, MemoryError } from '@agentmem/core'
import type { Embedder, FollowerOptions, Store, VectorIndex } from '@agentmem/core'
import { existsSync } from 'node:fs'
import { format, parse, resolve } from 'node:path'
import { parseBackendUrl, pathOf, shownUrl } from './backend-url.ts'
import type { BackendUrl } from './backend-url.ts'
import { findBackend, openBackend, requireInstalled } from './load-backend.ts'
import type { Backend } from './load-backend.ts'
import type { Part } from './manifest.ts'
import { redactor } from './redact.ts'

/** The addresses and options that a memory is opened with. */
export interface MemoryUrls {
  /** The store's address. Default 'sqlite:./agentmem.db'. */
  readonly store?: string | undefined
  /** The index's address. Default: 'hnsw:' beside the file of the store, or ./agentmem.hnsw where the store has none. */
  readonly index?: string | undefined
  /** The embedder's address. Default 'hash'. */
  readonly embedder?: string | undefined
  /** The organization. Default 'default'. */
  readonly orgId?: string | undefined
  /** How the index follows the store. */
  readonly follower?: FollowerOptions | undefined
  /** Throws `NOT_FOUND` for a store on disk that does not exist, instead of creating it. Default false. */
  readonly mustExist?: boolean | undefined
  /** Called with store and embedder before the index is opened, and before their models are compared. */
  readonly prepare?: ((store: Store, embedder: Embedder) => Promise<void>) | undefined
  /** Ends the opening with `ABORTED`. */
  readonly signal?: AbortSignal | undefined
}

export interface OpenedMemory {
  readonly memory: Memory
  /** The addresses it was opened from, without credentials. */
  readonly urls: Readonly<Record<Part, string>>
  /** Removes the credentials of the URLs from a text. */
  readonly redact: (text: string) => string
}

interface Chosen {
  readonly url: BackendUrl
  readonly backend: Backend
}

/**
 * Opens a memory from URLs such as 'sqlite:./m.db'. Throws `INVALID_ARGUMENT` for a URL that no backend is found for,
 * `NOT_INSTALLED` with the command that installs what is missing, and `UNSUPPORTED` for a package that is no backend.
 * No message has credentials in it.
 */
export async function openMemory(options: MemoryUrls = {}): Promise<OpenedMemory> {
  const store = choose('store', options.store ?? 'sqlite:./agentmem.db')
  const index = choose('index', options.index ?? `hnsw:${besideStore(store)}`)
  const embedder = choose('embedder', options.embedder ?? 'hash')
  requireInstalled([store, index, embedder].map(({ backend }) => backend))
  const path = pathOnDisk(store)
  if (options.mustExist && path !== undefined && !existsSync(path)) {
    throw new MemoryError(
      'NOT_FOUND',
      `There is no store at ${resolve(path)}: 'agentmem import' makes one, and --store names another.`,
    )
  }
  const redact = redactor([store, index, embedder].map(({ url }) => url.url))
  try {
    return {
      memory: await openParts(store, index, embedder, options),
      urls: { store: shownUrl(store.url), index: shownUrl(index.url), embedder: shownUrl(embedder.url) },
      redact,
    }
  } catch (error) {
    throw redacted(error, redact)
  }
}

/** The error, with the credentials removed from its message. */
export function redacted(error: unknown, redact: (text: string) => string): MemoryError {
  const { code, message, retryable } = MemoryError.from(error, 'agentmem failed')
  return new MemoryError(code, redact(message), { cause: error, retryable })
}

/** Opens the parts one after the other; when one fails, those that are open are closed. */
async function openParts(
  store: Chosen,
  index: Chosen,
  embedder: Chosen,
  { orgId, follower, prepare, signal }: MemoryUrls,
): Promise<Memory> {
  const opened: AsyncDisposable[] = []
  const open = async <Part extends AsyncDisposable>(
    { backend, url }: Chosen,
    dimensions = 0,
  ): Promise<Part> => {
    const around = { dimensions, store: { url: store.url, scheme: schemeOf(store) } }
    const part = await openBackend<Part>(backend, url, around)
    opened.push(part)
    return part
  }
  try {
    const theEmbedder = await open<Embedder>(embedder)
    const theStore = await open<Store>(store)
    await prepare?.(theStore, theEmbedder)
    const theIndex = await open<VectorIndex>(index, theEmbedder.dimensions)
    const parts = { store: theStore, index: theIndex, embedder: theEmbedder }
    return await Memory.open({ ...parts, orgId, follower, signal })
  } catch (error) {
    await Promise.allSettled(opened.map(part => part[Symbol.asyncDispose]()))
    throw error
  }
}

function choose(part: Part, text: string): Chosen {
  const url = parseBackendUrl(text, `--${part}`)
  return { url, backend: findBackend(part, url) }
}

function schemeOf({ backend, url }: Chosen): string {
  return 'manifest' in backend ? backend.manifest.scheme : url.scheme
}

/** Where a store on disk is, once it has been made. */
function pathOnDisk({ backend, url }: Chosen): string | undefined {
  return 'manifest' in backend && backend.manifest.from === 'path' ? pathOf(url) : undefined
}

function besideStore(store: Chosen): string {
  const path = pathOnDisk(store)
  if (path === undefined) return './agentmem.hnsw'
  const { dir, name } = parse(path)
  return format({ dir, name, ext: '.hnsw' })
}
