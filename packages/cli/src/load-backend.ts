import { MemoryError } from '@agentmem/core'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BackendUrl } from './backend-url.ts'
import { backends } from './backends.ts'
import type { Backend, PackagedBackend, Part, Surroundings } from './backends.ts'
import { nearest } from './nearest.ts'
import { usageError } from './parse-arguments.ts'

/** The row of the table for a scheme. Throws `INVALID_ARGUMENT` for one that is not in it. */
export function findBackend(part: Part, { scheme }: BackendUrl): Backend {
  const rows: readonly Backend[] = backends[part]
  const row = rows.find(({ schemes }) => schemes.includes(scheme))
  if (row) return row
  const known = rows.flatMap(({ schemes }) => schemes)
  const near = nearest(scheme, known)
  throw usageError(
    `There is no ${part} '${scheme}'${near === undefined ? '' : `; did you mean ${near}?`} --${part} knows ${known.join(', ')}.`,
  )
}

/** Throws `NOT_INSTALLED` with the one command that installs what is missing. */
export function requireInstalled(rows: readonly Backend[]): void {
  const missing = rows.filter(row => 'package' in row && locate(row) === undefined)
  const names = missing.flatMap(row => ('package' in row ? row.package : []))
  if (names.length === 0) return
  const what = missing.map(({ schemes }) => `${schemes[0]}:`).join(' and ')
  throw new MemoryError(
    'NOT_INSTALLED',
    `${what} ${names.length === 1 ? 'needs a package that is' : 'need packages that are'} not installed. Run:\n  npm install ${names.join(' ')}`,
  )
}

/** Opens a backend that `requireInstalled` has found. The caller says what it is and closes it. */
export async function openBackend<Opened>(
  row: Backend,
  url: BackendUrl,
  around: Surroundings,
): Promise<Opened> {
  if ('create' in row) return row.create(url, around) as Opened
  const location = locate(row) ?? row.package
  const module = (await import(location)) as Record<string, unknown>
  const open = module[row.open]
  if (typeof open !== 'function') {
    throw new MemoryError(
      'UNSUPPORTED',
      `${row.package} has no ${row.open}; its version does not go with this agentmem. Run:\n  npm install ${row.package}@latest`,
    )
  }
  return (await open(row.options(url, around))) as Opened
}

/** The module of a package: the one of the project we are started in, or else the one beside this program. */
function locate(row: PackagedBackend): string | undefined {
  const own = import.meta.url
  for (const from of row.bundled ? [own] : [join(process.cwd(), 'package.json'), own]) {
    try {
      return pathToFileURL(createRequire(from).resolve(row.package)).href
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
  return undefined
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND'
}
