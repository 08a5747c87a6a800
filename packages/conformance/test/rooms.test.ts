import { deepEqual } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { describe, it } from 'vitest'

/** The folders of `src`, and which others the files of each may import. A new folder is a new line. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  kit: [],
  data: [],
  environment: [],
  processes: ['kit', 'data'],
  store: ['kit', 'data'],
  'vector-index': ['kit', 'data'],
  embedder: ['kit', 'data'],
}

const src = join(import.meta.dirname, '../src')
const files = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile())
  .map(({ parentPath, name }) => relative(src, join(parentPath, name)).split(sep).join('/'))

/** The folder of a file; of `index.ts`, which stands above all, none. */
function roomOf(file: string): string | undefined {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : undefined
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8')
  return [...text.matchAll(/\bfrom '(\.[^']+)'/g)].map(([, path = '']) =>
    join(file, '..', path).split(sep).join('/'),
  )
}

describe('the files of conformance', () => {
  it('stand in rooms that import one another one way', () => {
    const rooms = new Set(files.flatMap(file => roomOf(file) ?? []))
    deepEqual([...rooms].toSorted(), Object.keys(mayImport).toSorted())
    const wrong = files.flatMap(file => {
      const room = roomOf(file)
      const others = importsOf(file)
        .map(roomOf)
        .filter(other => other !== room)
      const allowed = room === undefined ? Object.keys(mayImport) : (mayImport[room] ?? [])
      return others
        .filter(other => other === undefined || !allowed.includes(other))
        .map(other => [file, other])
    })
    deepEqual(wrong, [])
  })

  it('import one another in no circle', () => {
    const circles: string[][] = []
    const done = new Set<string>()
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file])
      if (path.includes(file) || done.has(file)) return
      for (const next of importsOf(file)) visit(next, [...path, file])
      done.add(file)
    }
    for (const file of files) visit(file, [])
    deepEqual(circles, [])
  })
})
