import { MemoryError } from '@agentmem/core'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BackendUrl } from './backend-url.ts'
import { backends } from './backends.ts'
import type { Backend, PackagedBackend, Part, Surroundings } from './backends.ts'
import { nearest } from '../nearest.ts'
import { usageError } from '../usage-error.ts'

/** The row of the table for a scheme. Throws `INVALID_ARGUMENT` for one that is not in it. */
export function findBackend(part: Part, { scheme }: BackendUrl): Backend {
  const rows = Object.entries(backends[part])
  const found = rows.find(([name, { alias }]) => name === scheme || alias === scheme)
  if (found) return found[1]
  const known = rows.flatMap(([name, { alias }]) => (alias === undefined ? [name] : [name, alias]))
  const near = nearest(scheme, known)
  throw usageError(
    `There is no ${part} '${scheme}'${near === undefined ? '.' : `; did you mean ${near}?`} --${part} knows ${known.join(', ')}.`,
  )
}

/** Throws `NOT_INSTALLED` with the one command that installs what is missing. */
export function requireInstalled(rows: readonly Backend[]): void {
  const missing = rows.flatMap(row => ('from' in row && locate(row) === undefined ? [row.from] : []))
  if (missing.length === 0) return
  const are = missing.length === 1 ? 'is' : 'are'
  throw new MemoryError(
    'NOT_INSTALLED',
    `${missing.join(' and ')} ${are} not installed. Run:\n  npm install ${missing.join(' ')}`,
  )
}

/** Opens a backend that `requireInstalled` has found. The caller says what it is and closes it. */
export async function openBackend<Opened>(
  row: Backend,
  url: BackendUrl,
  around: Surroundings,
): Promise<Opened> {
  if ('create' in row) return row.create(url, around) as unknown as Opened
  const location = locate(row) ?? row.from
  const module = (await import(location)) as Record<string, unknown>
  const open = module[row.open]
  if (typeof open !== 'function') {
    throw new MemoryError(
      'UNSUPPORTED',
      `${row.from} has no ${row.open}; its version does not go with this agentmem. Run:\n  npm install ${row.from}@latest`,
    )
  }
  return (await open(row.options(url, around))) as Opened
}

/** The module of a package: the one of the project we are started in, or else the one beside this program. */
function locate(row: PackagedBackend): string | undefined {
  const own = import.meta.url
  for (const from of row.bundled ? [own] : [join(process.cwd(), 'package.json'), own]) {
    try {
      return pathToFileURL(createRequire(from).resolve(row.from)).href
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
  return undefined
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND'
}
