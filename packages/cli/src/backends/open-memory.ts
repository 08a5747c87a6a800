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
import { heldEmbedder } from './held-embedder.ts'

/** The addresses and options that a memory is opened with. */
export interface MemoryUrls {
  /** The store's address. Default 'sqlite:./agentmem.db'. */
  readonly store?: string | undefined
  /**
   * The index's address. Default, where there is an embedder: 'sqlite-vec:', in a file beside that of the store, such as
   * ./m.vectors-384.db beside ./m.db, or in ./agentmem.vectors-384.db where the store has none. Without index and embedder the memory is searched by words alone, unless the store holds
   * vectors of the hash embedder: then it is opened with that.
   */
  readonly index?: string | undefined
  /** The embedder's address. Default with an index: the hash embedder that the store was written with, else 'hash'. */
  readonly embedder?: string | undefined
  /** The organization. Default 'default'. */
  readonly orgId?: string | undefined
  /** How the index follows the store. */
  readonly follower?: FollowerOptions | undefined
  /** Throws `NOT_FOUND` for a store on disk that does not exist, instead of creating it. Default false. */
  readonly mustExist?: boolean | undefined
  /** Called with store and embedder, where there is one, before the index is opened and their models are compared. */
  readonly prepare?: ((store: Store, embedder: Embedder | undefined) => Promise<void>) | undefined
  /** Ends the opening with `ABORTED`. */
  readonly signal?: AbortSignal | undefined
}

export interface OpenedMemory {
  readonly memory: Memory
  /** The addresses it was opened from, without credentials; no index and no embedder in a memory of text alone. */
  readonly urls: { readonly store: string; readonly index?: string; readonly embedder?: string }
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
  const index = options.index === undefined ? undefined : choose('index', options.index)
  const embedder = options.embedder === undefined ? undefined : choose('embedder', options.embedder)
  const given = [store, index, embedder].filter(part => part !== undefined)
  requireInstalled(given.map(({ backend }) => backend))
  const path = pathOnDisk(store)
  if (options.mustExist && path !== undefined && !existsSync(path)) {
    throw new MemoryError(
      'NOT_FOUND',
      `There is no store at ${resolve(path)}: 'agentmem import' makes one, and --store names another.`,
    )
  }
  const redact = redactor(given.map(({ url }) => url.url))
  try {
    return { ...(await openParts({ store, index, embedder }, options)), redact }
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
  given: Pick<Record<Part, Chosen>, 'store'> & Partial<Record<Part, Chosen | undefined>>,
  { orgId, follower, prepare, signal }: MemoryUrls,
): Promise<Omit<OpenedMemory, 'redact'>> {
  const opened: AsyncDisposable[] = []
  const urls: { -readonly [P in keyof OpenedMemory['urls']]: string } = { store: '' }
  const open = async <Opened extends AsyncDisposable>(part: Part, chosen: Chosen, dimensions = 0) => {
    const { backend, url } = chosen
    const around = { dimensions, store: { url: given.store.url, scheme: schemeOf(given.store) } }
    const made = await openBackend<Opened>(backend, url, around)
    opened.push(made)
    urls[part] = shownUrl(url)
    return made
  }
  try {
    const named = given.embedder && (await open<Embedder>('embedder', given.embedder))
    const store = await open<Store>('store', given.store)
    // What the store holds decides what was not said.
    const held = named ? undefined : ((await heldEmbedder(store, signal)) ?? (given.index && 'hash'))
    const embedder = held === undefined ? named : await open<Embedder>('embedder', choose('embedder', held))
    await prepare?.(store, embedder)
    const settings = { orgId, follower, signal }
    if (!embedder) return { memory: await Memory.open({ ...settings, store }), urls }
    const place =
      given.index ?? choose('index', `sqlite-vec:${besideStore(given.store, embedder.dimensions)}`)
    const index = await open<VectorIndex>('index', place, embedder.dimensions)
    return { memory: await Memory.open({ ...settings, store, index, embedder }), urls }
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

/** A file for the vectors. One of other dimensions is another file: moving to another model fills a new one. */
function besideStore(store: Chosen, dimensions: number): string {
  const ext = `.vectors-${dimensions}.db`
  const path = pathOnDisk(store)
  if (path === undefined) return `./agentmem${ext}`
  const { dir, name } = parse(path)
  return format({ dir, name, ext })
}
