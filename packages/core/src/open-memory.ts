import { shownUrl } from './addresses/backend-url.ts'
import { besideStore, choose, chooseParts, refuseMissing, schemeOf } from './addresses/choose-parts.ts'
import type { ChosenPart, ChosenParts } from './addresses/choose-parts.ts'
import { heldEmbedder } from './addresses/held-embedder.ts'
import { openBackend } from './addresses/load-backend.ts'
import type { Part } from './addresses/manifest.ts'
import { redacted, redactor } from './addresses/redact.ts'
import { checkBoolean, checkKeys, invalid } from './checks/check-values.ts'
import type { Embedder } from './contracts/embedder.ts'
import { MemoryError, throwIfAborted } from './contracts/errors.ts'
import { show } from './contracts/show-value.ts'
import type { Store } from './contracts/store.ts'
import type { VectorIndex } from './contracts/vector-index.ts'
import type { MemoryOptions } from './memory-api.ts'
import { closeGiven } from './memory-engine.ts'
import { Memory } from './memory.ts'
import { checkMemorySettings, memorySettings } from './parts/check-memory-options.ts'

/** The addresses of a memory's parts, each `SCHEME:ADDRESS`, beside the other options of `Memory.open`. */
export interface OpenMemoryOptions extends Omit<
  MemoryOptions,
  'store' | 'index' | 'embedder' | 'closeParts'
> {
  /** Such as 'sqlite:./m.db' or 'postgres://host/database'. Default 'sqlite:./agentmem.db'. */
  readonly store?: string | undefined
  /**
   * Such as 'sqlite-vec:' or 'usearch:./m.usearch'. Default, where there is an embedder: 'sqlite-vec:', in a file beside that
   * of the store, such as ./m.vectors-384.db beside ./m.db, or in ./agentmem.vectors-384.db where the store has none.
   */
  readonly index?: string | undefined
  /**
   * Such as 'fastembed:bge-small-en-v1.5'. Default: the embedder whose vectors the store holds, where its name is enough to
   * open it; otherwise 'hash' with an index, and none without: the memory is then searched by words alone.
   */
  readonly embedder?: string | undefined
  /** Throws `NOT_FOUND` for a store on disk that does not exist, instead of creating it. Default false. */
  readonly mustExist?: boolean | undefined
  /** Called with store and embedder, where there is one, before the index is opened and their models are compared. Default: nothing is. */
  readonly prepare?: ((store: Store, embedder: Embedder | undefined) => Promise<void>) | undefined
}

/** A memory, and what a program shows of where it is. */
export interface OpenedMemory {
  /** Open; closing it closes its parts. */
  readonly memory: Memory
  /** The addresses it was opened from, without credentials; no index and no embedder in a memory of text alone. */
  readonly urls: { readonly store: string; readonly index?: string; readonly embedder?: string }
  /** Removes the credentials of the addresses from a text. */
  readonly redact: (text: string) => string
}

const ownOptions = ['store', 'index', 'embedder', 'mustExist', 'prepare']

/**
 * Opens a memory from addresses. `memory.close()` closes everything that was opened; when a part cannot be opened, those
 * before it are closed. The packages of the parts are installed by you.
 *
 * Throws `INVALID_ARGUMENT` for an address that no package is found for, `NOT_INSTALLED` with the command that installs
 * what is missing, `UNSUPPORTED` for a package that is no backend, and what opening the parts throws. No message has
 * credentials in it.
 *
 * @example
 * await using memory = await openMemory({ store: 'sqlite:./m.db' })
 */
export async function openMemory(options: OpenMemoryOptions = {}): Promise<Memory> {
  return (await openFromAddresses(options)).memory
}

/**
 * The same, for a program that shows people where the memory is, and what went wrong there.
 *
 * @example
 * const { memory: opened, urls } = await openFromAddresses({ store: 'sqlite:./m.db' })
 * console.log(urls.store, await opened.count({ userId: 'ana' }))
 */
export async function openFromAddresses(options: OpenMemoryOptions = {}): Promise<OpenedMemory> {
  let redact = redactor([])
  try {
    checkKeys(options, [...memorySettings, ...ownOptions], 'The options of openMemory')
    const { store = 'sqlite:./agentmem.db', index, embedder, mustExist, prepare, ...settings } = options
    const addresses = { store, index, embedder }
    redact = redactor(Object.values(addresses).filter(address => typeof address === 'string'))
    checkBoolean(mustExist, 'mustExist')
    if (prepare !== undefined && typeof prepare !== 'function') {
      throw invalid(`prepare must be a function, not ${show(prepare)}.`)
    }
    checkMemorySettings(settings)
    const given = await chooseParts(addresses)
    if (mustExist) refuseMissing(given.store)
    return { ...(await openParts(given, { prepare, settings })), redact }
  } catch (error) {
    await closeGiven(options)
    throw redacted(error, redact)
  }
}

/** Opens the parts one after the other; when one fails, those that are open are closed. */
async function openParts(
  given: ChosenParts,
  { prepare, settings }: Pick<OpenMemoryOptions, 'prepare'> & { readonly settings: Settings },
): Promise<Omit<OpenedMemory, 'redact'>> {
  const { signal } = settings
  const opened: AsyncDisposable[] = []
  const urls: { -readonly [P in keyof OpenedMemory['urls']]: string } = { store: '' }
  const open = async <Opened extends AsyncDisposable>(part: Part, chosen: ChosenPart, dimensions = 0) => {
    throwIfAborted(signal)
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
    const held = named ? undefined : await heldEmbedder(store, signal)
    const openUnnamed = async (address: string) =>
      open<Embedder>('embedder', await choose('embedder', address))
    const embedder =
      held === undefined
        ? (named ?? (given.index && (await openUnnamed('hash'))))
        : await openUnnamed(held).catch(error => refuseHeld(held, error))
    await prepare?.(store, embedder)
    if (!embedder) return { memory: await Memory.open({ ...settings, store }), urls }
    const place =
      given.index ?? (await choose('index', `sqlite-vec:${besideStore(given.store, embedder.dimensions)}`))
    const index = await open<VectorIndex>('index', place, embedder.dimensions)
    return { memory: await Memory.open({ ...settings, store, index, embedder }), urls }
  } catch (error) {
    await Promise.allSettled(opened.map(part => part[Symbol.asyncDispose]()))
    throw error
  }
}

/** A model that its name does not open, such as one in a folder of the user's. */
function refuseHeld(held: string, error: unknown): never {
  if (!MemoryError.is(error) || error.code !== 'INVALID_ARGUMENT') throw error
  const message = `The store holds vectors of ${held}, and its name alone does not open that: ${error.message} Open it from a program, with Memory.open and that embedder.`
  throw new MemoryError('MODEL_MISMATCH', message, { cause: error })
}

type Settings = Omit<MemoryOptions, 'store' | 'index' | 'embedder'>
