import { existsSync } from 'node:fs'
import { format, parse, resolve } from 'node:path'
import { MemoryError } from '../contracts/errors.ts'
import { parseBackendUrl, pathOf } from './backend-url.ts'
import type { BackendUrl } from './backend-url.ts'
import { findBackend, requireInstalled } from './load-backend.ts'
import type { Backend } from './load-backend.ts'
import type { Part } from './manifest.ts'

/** An address, and what opens it. */
export interface ChosenPart {
  readonly url: BackendUrl
  readonly backend: Backend
}

export type ChosenParts = Pick<Record<Part, ChosenPart>, 'store'> &
  Partial<Record<Part, ChosenPart | undefined>>

/** Looks for all parts that were named before any is opened, so that one message names all that are missing. */
export async function chooseParts(
  addresses: Readonly<Record<'store', string> & Record<Part, string | undefined>>,
): Promise<ChosenParts> {
  const ifNamed = async (part: Part): Promise<ChosenPart | undefined> => {
    const address = addresses[part]
    return address === undefined ? undefined : choose(part, address)
  }
  const store = await choose('store', addresses.store)
  const chosen = { store, index: await ifNamed('index'), embedder: await ifNamed('embedder') }
  requireInstalled(Object.values(chosen).flatMap(part => part?.backend ?? []))
  return chosen
}

export async function choose(part: Part, address: string): Promise<ChosenPart> {
  const url = parseBackendUrl(address, part)
  return { url, backend: await findBackend(part, url) }
}

/** The scheme of the manifest, whose alias the address may have. */
export function schemeOf({ backend, url }: ChosenPart): string {
  return 'manifest' in backend ? backend.manifest.scheme : url.scheme
}

/** Throws `NOT_FOUND` for a store on disk that has not been made yet. */
export function refuseMissing(store: ChosenPart): void {
  const path = pathOnDisk(store)
  if (path === undefined || existsSync(path)) return
  throw new MemoryError('NOT_FOUND', `There is no store at ${resolve(path)}.`)
}

/**
 * Where the index of a store is by default: beside its file, or here where it has none. One of other dimensions is another
 * file: moving to another model fills a new one.
 */
export function besideStore(store: ChosenPart, dimensions: number): string {
  const ext = `.vectors-${dimensions}.db`
  const path = pathOnDisk(store)
  if (path === undefined) return `./agentmem${ext}`
  const { dir, name } = parse(path)
  return format({ dir, name, ext })
}

/** Where a store on disk is, once it has been made. */
function pathOnDisk({ backend, url }: ChosenPart): string | undefined {
  return 'manifest' in backend && backend.manifest.from === 'path' ? pathOf(url) : undefined
}
