import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Version of each library that a package uses, as it is installed; what is not installed is left out. */
export function libraryVersions(folder: string, libraries: readonly string[]): Record<string, string> {
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
