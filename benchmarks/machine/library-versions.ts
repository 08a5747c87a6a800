import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { BackendRow } from '../backends.ts'

/** Version of each library under a backend, as it is installed; what is not installed is left out. */
export function libraryVersions({ from, libraries = [] }: BackendRow): Record<string, string> {
  if (from === undefined) return {}
  let folder: string
  try {
    folder = dirname(fileURLToPath(import.meta.resolve(`${from}/package.json`)))
  } catch {
    return {}
  }
  // The adapter's own dependencies lie beside it, and those of another part of the workspace beside that.
  const places = [folder, join(import.meta.dirname, '..')]
  return Object.fromEntries(
    libraries.flatMap(library => {
      const files = places.map(place => join(place, 'node_modules', library, 'package.json'))
      const file = files.find(path => existsSync(path))
      if (file === undefined) return []
      return [[library, (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version]]
    }),
  )
}
