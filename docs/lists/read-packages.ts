import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formNames, partNames } from '../../packages/core/src/addresses/manifest.ts'
import type { Manifest } from '../../packages/core/src/addresses/manifest.ts'

/** The field `agentmem` of a package.json, as a package of this workspace has it. */
export interface ListedManifest extends Manifest {
  /** Another scheme for it. */
  readonly alias?: string
  /** See `KnownBackend`. */
  readonly models?: string
  /** What it is, such as 'the Store on SQLite'. */
  readonly about: string
  readonly libraries?: readonly string[]
  readonly server?: string
}

/** A package of this workspace. */
export interface ListedPackage {
  /** Its folder in packages/. */
  readonly folder: string
  readonly name: string
  readonly description: string
  /** Undefined for one that is no backend. */
  readonly manifest: ListedManifest | undefined
  /** True for a backend that the command line brings along. */
  readonly bundled: boolean
}

interface PackageJson {
  readonly name: string
  readonly description?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly agentmem?: Readonly<Record<string, unknown>>
}

const needed = ['part', 'scheme', 'open', 'from', 'about']

/**
 * Every package of packages/, in the order of all lists: core, then stores, indexes and embedders, each with those first
 * that the command line brings along, then the packages that are no backend; otherwise by the alphabet.
 */
export function readPackages(root: string): ListedPackage[] {
  const folders = readdirSync(join(root, 'packages'))
    .filter(folder => existsSync(join(root, 'packages', folder, 'package.json')))
    .sort()
  const brought = readPackageJson(root, 'cli').dependencies ?? {}
  const packages = folders.map(folder => {
    const { name, description = '', agentmem } = readPackageJson(root, folder)
    const manifest = agentmem && checkManifest(folder, agentmem)
    return { folder, name, description, manifest, bundled: manifest !== undefined && name in brought }
  })
  checkSchemes(packages)
  return packages.sort((a, b) => rank(a) - rank(b))
}

/** Two backends with one word before the colon: the command line would always open the first. */
function checkSchemes(packages: readonly ListedPackage[]): void {
  const schemes = packages.flatMap(({ folder, manifest }) => [
    folder,
    ...(manifest?.alias ? [manifest.alias] : []),
  ])
  const twice = schemes.find((scheme, i) => schemes.indexOf(scheme) !== i)
  if (twice !== undefined) throw new Error(`Two packages have the scheme or alias '${twice}'`)
}

function rank({ folder, manifest, bundled }: ListedPackage): number {
  if (folder === 'core') return -1
  return manifest === undefined
    ? 2 * partNames.length
    : 2 * partNames.indexOf(manifest.part) + (bundled ? 0 : 1)
}

function readPackageJson(root: string, folder: string): PackageJson {
  return JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'))
}

/** The command line finds a package by its name, so the scheme is the folder. */
function checkManifest(folder: string, manifest: Readonly<Record<string, unknown>>): ListedManifest {
  const at = `packages/${folder}/package.json: "agentmem"`
  const missing = needed.filter(name => typeof manifest[name] !== 'string' || manifest[name] === '')
  if (missing.length > 0) throw new Error(`${at} needs ${missing.join(', ')}`)
  const { part, from } = manifest
  if (!partNames.includes(String(part)))
    throw new Error(`${at} has another part than ${partNames.join(', ')}`)
  if (!formNames.includes(String(from)))
    throw new Error(`${at} has another from than ${formNames.join(', ')}`)
  if (manifest['scheme'] !== folder) throw new Error(`${at} has another scheme than the folder`)
  return manifest as unknown as ListedManifest
}
