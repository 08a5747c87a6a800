import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { nearest } from '../adapter-kit/nearest.ts'
import { invalid } from '../checks/check-values.ts'
import { MemoryError } from '../contracts/errors.ts'
import { optionsOf } from './backend-options.ts'
import type { Surroundings } from './backend-options.ts'
import type { BackendUrl } from './backend-url.ts'
import { coreBackends } from './core-backends.ts'
import type { CoreBackend } from './core-backends.ts'
import { findKnown, knownSchemes } from './find-known.ts'
import { findPackage, moduleOf } from './find-package.ts'
import type { InstalledPackage } from './find-package.ts'
import { partNames } from './manifest.ts'
import type { Manifest, Part } from './manifest.ts'
import { readManifest } from './read-manifest.ts'

/** A backend in a package that is installed. */
export interface PackagedBackend {
  readonly name: string
  readonly manifest: Manifest
  readonly load: () => Promise<object>
}

/** A backend of this project whose package is not installed. */
export interface MissingBackend {
  readonly missing: string
}

export type Backend = CoreBackend | PackagedBackend | MissingBackend

/**
 * Finds the backend of a scheme: one of core; one of this project, by a literal import, or else in the project that the
 * process was started in or beside the program that it runs; or that of a package `@agentmem/<scheme>` or
 * `agentmem-<scheme>` there, whose manifest is read before any of its code is run.
 *
 * Throws `INVALID_ARGUMENT` for a scheme without a package, and for a package that is another part; `UNSUPPORTED` for a
 * package that is no backend.
 */
export async function findBackend(part: Part, { scheme: given }: BackendUrl): Promise<Backend> {
  const core = coreBackends[part].get(given)
  if (core) return core
  const known = findKnown(part, given)
  if (known) {
    const { package: name, scheme, open, from, beside, load } = known
    const module = await importIfThere(load, name)
    if (module) return { name, manifest: { part, scheme, open, from, beside }, load: async () => module }
  } else refuseOtherPart(part, given)
  const scheme = known?.scheme ?? given
  const installed = findInstalled(scheme)
  if (installed) {
    const manifest = readManifest(installed.name, installed.packageJson, { part, scheme })
    return { name: installed.name, manifest, load: () => importModule(installed) }
  }
  if (known) return { missing: known.package }
  throw unknownScheme(part, scheme)
}

/** Throws `NOT_INSTALLED` with the one command that installs what is missing. */
export function requireInstalled(backends: readonly Backend[]): void {
  const missing = backends.flatMap(backend => ('missing' in backend ? [backend.missing] : []))
  if (missing.length > 0) throw notInstalled(missing)
}

/** Opens a backend. The caller says what it is and closes it. */
export async function openBackend<Opened>(
  backend: Backend,
  url: BackendUrl,
  around: Surroundings,
): Promise<Opened> {
  if ('create' in backend) return backend.create(url, around.dimensions) as unknown as Opened
  if ('missing' in backend) throw notInstalled([backend.missing])
  const { name, manifest, load } = backend
  const options = optionsOf(manifest, url, around)
  const open = ((await load()) as Record<string, unknown>)[manifest.open]
  if (typeof open !== 'function') {
    throw new MemoryError(
      'UNSUPPORTED',
      `${name} has no ${manifest.open}; its version does not go with this agentmem. Run:\n  npm install ${name}@latest`,
    )
  }
  return (await open(options)) as Opened
}

/** Undefined when there is no such package. What is wrong inside of it is thrown. */
async function importIfThere(load: () => Promise<object>, name: string): Promise<object | undefined> {
  try {
    return await load()
  } catch (error) {
    // Bundlers throw an error of the same kind for a package that they did not find.
    const { code, message } = Object(error) as { readonly code?: unknown; readonly message?: unknown }
    const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
    if (missing && String(message).includes(`'${name}'`)) return undefined
    throw error
  }
}

async function importModule(installed: InstalledPackage): Promise<object> {
  const location = moduleOf(installed)
  return location === undefined ? {} : await import(/* webpackIgnore: true */ /* @vite-ignore */ location)
}

/** In the project that the process was started in, beside the program that it runs, and beside core. */
function findInstalled(scheme: string): InstalledPackage | undefined {
  const program = process.argv[1]
  const places = [join(process.cwd(), 'package.json'), program && realPath(program), import.meta.url]
  for (const from of places) {
    if (from === undefined || from === '') continue
    const found = findPackage(`@agentmem/${scheme}`, from) ?? findPackage(`agentmem-${scheme}`, from)
    if (found) return found
  }
  return undefined
}

/** A command is a link in a folder of commands. */
function realPath(file: string): string | undefined {
  try {
    return realpathSync(file)
  } catch {
    return undefined
  }
}

function refuseOtherPart(part: Part, scheme: string): void {
  const other = (partNames as readonly Part[]).find(
    name => name !== part && (findKnown(name, scheme) ?? coreBackends[name].get(scheme)) !== undefined,
  )
  if (other === undefined) return
  const [article, its] = [other === 'store' ? 'a' : 'an', findKnown(other, scheme)?.package ?? scheme]
  throw invalid(`${its} is ${article} ${other}; give it as the ${other}, not as the ${part}.`)
}

function unknownScheme(part: Part, scheme: string): MemoryError {
  const schemes = [...knownSchemes(part), ...coreBackends[part].keys()]
  const near = nearest(scheme, schemes)
  return invalid(
    `There is no ${part} '${scheme}'${near === undefined ? '.' : `; did you mean ${near}?`} There are ${schemes.join(', ')}; neither @agentmem/${scheme} nor agentmem-${scheme} is installed.`,
  )
}

function notInstalled(names: readonly string[]): MemoryError {
  const are = names.length === 1 ? 'is' : 'are'
  return new MemoryError(
    'NOT_INSTALLED',
    `${names.join(' and ')} ${are} not installed. Run:\n  npm install ${names.join(' ')}`,
  )
}
