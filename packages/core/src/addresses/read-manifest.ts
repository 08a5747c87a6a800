import { MemoryError } from '../contracts/errors.ts'
import { formNames, partNames } from './manifest.ts'
import type { AddressForm, Manifest, Part } from './manifest.ts'

/**
 * Reads the manifest of a package, before any of its code is run. Throws `UNSUPPORTED`, with the package's name, when
 * there is none, or one that is not for this scheme; `INVALID_ARGUMENT` when the package is another part.
 */
export function readManifest(
  name: string,
  packageJson: Readonly<Record<string, unknown>>,
  wanted: { readonly part: Part; readonly scheme: string },
): Manifest {
  const manifest = packageJson['agentmem']
  if (typeof manifest !== 'object' || manifest === null) {
    throw unsupported(name, 'has no field "agentmem" in its package.json')
  }
  const { part, scheme, open, from, beside } = manifest as Readonly<Record<string, unknown>>
  if (!isOneOf(partNames, part)) throw unsupported(name, 'has a manifest without a known part')
  if (part !== wanted.part) {
    const article = part === 'store' ? 'a' : 'an'
    throw new MemoryError('INVALID_ARGUMENT', `${name} is ${article} ${part}; give it as the ${part}.`)
  }
  if (scheme !== wanted.scheme) {
    throw unsupported(name, `has a manifest for another scheme than ${wanted.scheme}`)
  }
  if (typeof open !== 'string' || open === '') {
    throw unsupported(name, 'has a manifest without the function to open it')
  }
  if (!isOneOf(formNames, from)) throw unsupported(name, 'has a manifest without a known form of address')
  if (beside !== undefined && typeof beside !== 'string') {
    throw unsupported(name, 'has a manifest whose beside is no scheme')
  }
  return { part: wanted.part, scheme, open, from: from as AddressForm, beside }
}

function isOneOf(names: readonly string[], value: unknown): value is string {
  return typeof value === 'string' && names.includes(value)
}

function unsupported(name: string, what: string): MemoryError {
  return new MemoryError('UNSUPPORTED', `${name} ${what}: it is no backend that this agentmem can open.`)
}
