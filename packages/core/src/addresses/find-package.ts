import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A package that is installed. None of its code has been run. */
export interface InstalledPackage {
  readonly name: string
  readonly folder: string
  /** What its package.json says; empty when that is no JSON object. */
  readonly packageJson: Readonly<Record<string, unknown>>
}

/** Finds a package from a file, as an import in that file would; undefined when it is not there. */
export function findPackage(name: string, from: string): InstalledPackage | undefined {
  const file = packageFile(name, createRequire(from))
  return file === undefined ? undefined : { name, folder: dirname(file), packageJson: readObject(file) }
}

/** The URL of the module that an import of the package gives; undefined when it has none. */
export function moduleOf({ folder, packageJson: { exports } }: InstalledPackage): string | undefined {
  const exported = exports === undefined ? undefined : exportedFile(exports)
  const file = exports === undefined ? mainFile(folder) : exported && join(folder, exported)
  return file === undefined ? undefined : pathToFileURL(file).href
}

function packageFile(name: string, require: NodeJS.Require): string | undefined {
  try {
    return require.resolve(`${name}/package.json`)
  } catch {
    // It may be there without exporting its package.json.
    const files = (require.resolve.paths(name) ?? []).map(folder => join(folder, name, 'package.json'))
    return files.find(file => existsSync(file))
  }
}

function readObject(file: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** The conditions under which Node imports a module: https://nodejs.org/api/packages.html#conditional-exports. */
const conditions: readonly string[] = ['node-addons', 'node', 'import', 'module-sync', 'default']

function exportedFile(target: unknown): string | undefined {
  if (typeof target === 'string') return target
  if (typeof target !== 'object' || target === null) return undefined
  if ('.' in target) return exportedFile(target['.'])
  for (const [condition, inner] of Object.entries(target)) {
    const file = Array.isArray(target) || conditions.includes(condition) ? exportedFile(inner) : undefined
    if (file !== undefined) return file
  }
  return undefined
}

/** The module of a package that says nothing of exports. */
function mainFile(folder: string): string | undefined {
  try {
    return createRequire(join(folder, 'package.json')).resolve(folder)
  } catch {
    return undefined
  }
}
