import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const parts = ['store', 'index', 'embedder'] as const
const addressForms = ['path', 'url', 'file-url', 'path-or-uri', 'model'] as const

/** What a package says of its backend, in the field `agentmem` of its package.json. */
export interface BackendManifest {
  /** The name of the package, such as '@agentmem/sqlite'. */
  readonly package: string
  /** The folder of the package. */
  readonly folder: string
  readonly part: (typeof parts)[number]
  /** The name of the backend, such as 'sqlite'. */
  readonly scheme: string
  /** The function of the package that opens it. */
  readonly open: string
  /** The option that an address becomes. */
  readonly from: (typeof addressForms)[number]
  /** The libraries under it. */
  readonly libraries: readonly string[]
  /** The server that it runs on. */
  readonly server?: string
}

/** The folder of the packages of this workspace. */
export const packagesFolder: string = join(import.meta.dirname, '../../packages')

/**
 * The manifests of all packages in a folder, in the order of their folders; packages without one are left out.
 * Throws for a manifest that cannot be followed, with the name of its package.
 */
export function readManifests(parent: string = packagesFolder): BackendManifest[] {
  const manifests: BackendManifest[] = []
  for (const name of readdirSync(parent).toSorted()) {
    const folder = join(parent, name)
    const file = join(folder, 'package.json')
    if (!existsSync(file)) continue
    const { name: packageName, agentmem } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    if (agentmem === undefined) continue
    const manifest = parseManifest(String(packageName), folder, agentmem)
    const twin = manifests.find(({ part, scheme }) => part === manifest.part && scheme === manifest.scheme)
    if (twin) {
      const { part, scheme } = manifest
      throw new Error(`${twin.package} and ${manifest.package} both have the ${part} '${scheme}'.`)
    }
    manifests.push(manifest)
  }
  return manifests
}

function parseManifest(packageName: string, folder: string, given: unknown): BackendManifest {
  const fields = Object(given) as Record<string, unknown>
  const refuse = (field: string, wanted: string): never => {
    const value = JSON.stringify(fields[field]) ?? 'undefined'
    throw new Error(`The field "agentmem" of ${packageName} has ${field}: ${value}; give ${wanted}.`)
  }
  const text = (field: string): string => {
    const value = fields[field]
    return typeof value === 'string' && value !== '' ? value : refuse(field, 'a text')
  }
  const oneOf = <Value extends string>(field: string, values: readonly Value[]): Value =>
    values.find(value => value === fields[field]) ?? refuse(field, `one of ${values.join(', ')}`)
  const { libraries = [], server } = fields
  const isList = Array.isArray(libraries) && libraries.every(library => typeof library === 'string')
  return {
    package: packageName,
    folder,
    part: oneOf('part', parts),
    scheme: text('scheme'),
    open: text('open'),
    from: oneOf('from', addressForms),
    libraries: isList ? libraries : refuse('libraries', 'a list of names'),
    ...(server !== undefined && { server: text('server') }),
  }
}
