import { MemoryError } from '@agentmem/core'
import { join } from 'node:path'
import { nearest } from '../nearest.ts'
import { usageError } from '../usage-error.ts'
import { optionsOf } from './backend-options.ts'
import type { Surroundings } from './backend-options.ts'
import type { BackendUrl } from './backend-url.ts'
import { coreBackends } from './backends.ts'
import type { CoreBackend } from './backends.ts'
import { findPackage, moduleOf } from './find-package.ts'
import type { InstalledPackage } from './find-package.ts'
import { findKnown, knownSchemes } from './known-backends.ts'
import type { Manifest, Part } from './manifest.ts'
import { readManifest } from './read-manifest.ts'

/** A backend in a package that is installed. */
export interface InstalledBackend {
  readonly installed: InstalledPackage
  readonly manifest: Manifest
}

/** A backend of this project whose package is not installed. */
export interface MissingBackend {
  readonly missing: string
}

export type Backend = CoreBackend | InstalledBackend | MissingBackend

/**
 * Finds the backend of a scheme: one of core, or that of the package `@agentmem/<scheme>` or `agentmem-<scheme>`, in the
 * project we are started in and then beside this program. Reads the package's manifest and runs none of its code.
 *
 * Throws `INVALID_ARGUMENT` for a scheme without a package, and for a package that is another part; `UNSUPPORTED` for a
 * package that is no backend.
 */
export function findBackend(part: Part, { scheme: given }: BackendUrl): Backend {
  const core = coreBackends[part].get(given)
  if (core) return core
  const known = findKnown(part, given)
  const scheme = known?.scheme ?? given
  const installed = findInstalled(scheme, known?.bundled === true)
  if (installed) {
    return { installed, manifest: readManifest(installed.name, installed.packageJson, { part, scheme }) }
  }
  if (known) return { missing: known.package }
  const schemes = [...knownSchemes(part), ...coreBackends[part].keys()]
  const near = nearest(scheme, schemes)
  throw usageError(
    `There is no ${part} '${scheme}'${near === undefined ? '.' : `; did you mean ${near}?`} --${part} knows ${schemes.join(', ')}; neither @agentmem/${scheme} nor agentmem-${scheme} is installed.`,
  )
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
  const { installed, manifest } = backend
  const options = optionsOf(manifest, url, around)
  const location = moduleOf(installed)
  const module: Record<string, unknown> = location === undefined ? {} : await import(location)
  const open = module[manifest.open]
  if (typeof open !== 'function') {
    throw new MemoryError(
      'UNSUPPORTED',
      `${installed.name} has no ${manifest.open}; its version does not go with this agentmem. Run:\n  npm install ${installed.name}@latest`,
    )
  }
  return (await open(options)) as Opened
}

function findInstalled(scheme: string, bundled: boolean): InstalledPackage | undefined {
  const here = import.meta.url
  if (bundled) return findPackage(`@agentmem/${scheme}`, here)
  for (const from of [join(process.cwd(), 'package.json'), here]) {
    const found = findPackage(`@agentmem/${scheme}`, from) ?? findPackage(`agentmem-${scheme}`, from)
    if (found) return found
  }
  return undefined
}

function notInstalled(names: readonly string[]): MemoryError {
  const are = names.length === 1 ? 'is' : 'are'
  return new MemoryError(
    'NOT_INSTALLED',
    `${names.join(' and ')} ${are} not installed. Run:\n  npm install ${names.join(' ')}`,
  )
}
