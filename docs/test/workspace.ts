import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** The folder of the workspace. */
export const root: string = join(import.meta.dirname, '../..')

/** What these tests read of a package.json. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly description?: string
  readonly license?: string
  readonly private?: boolean
  readonly type?: string
  readonly sideEffects?: boolean
  readonly engines?: Readonly<Record<string, string>>
  readonly files?: readonly string[]
  readonly bin?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export interface Package {
  readonly folder: string
  readonly manifest: Manifest
}

/** The packages that are published: all of packages/ that are not private. */
export const packages: readonly Package[] = readdirSync(join(root, 'packages'))
  .map(name => ({ folder: join(root, 'packages', name), manifest: manifestOf(join(root, 'packages', name)) }))
  .filter(({ manifest }) => manifest.private !== true)

/** What a package publishes beside its code, by the package's name. */
export const furtherFiles: Readonly<Record<string, readonly string[]>> = {}

export function manifestOf(folder: string): Manifest & { readonly packageManager: string } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

const notOurs = new Set(['node_modules', 'dist', 'coverage', '.git', 'cache', 'api'])

/** Every file of the workspace that people wrote, relative to `root`. */
export function sourceFiles(folder: string = root): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => !notOurs.has(entry.name))
    .flatMap(entry => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? sourceFiles(path) : relative(root, path)
    })
}
