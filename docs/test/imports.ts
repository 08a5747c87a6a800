import { readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { root, sourceFiles } from './workspace.ts'

/** The files of a folder, relative to it, and which of them each imports, types among them. */
export function importsIn(folder: string): ReadonlyMap<string, readonly string[]> {
  const base = join(root, folder)
  const files = sourceFiles(base)
    .map(file => relative(folder, file))
    .filter(file => /\.(ts|mjs)$/.test(file))
  const known = new Set(files)
  return new Map(
    files.map(file => {
      const paths = relativeImports(readFileSync(join(base, file), 'utf8'))
      const targets = paths.map(path => normalize(join(dirname(file), path)))
      return [file, [...new Set(targets)].filter(target => known.has(target))]
    }),
  )
}

/** The room of a file: the folder at the top that it stands in, '' for none. */
export function roomOf(file: string): string {
  const [room = ''] = file.split('/')
  return room === file ? '' : room
}

/** Each circle of imports once, as the files that it goes through. */
export function circlesIn(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file)
    if (start >= 0) {
      circles.push([...path.slice(start), file].join(' > '))
      return
    }
    if (done.has(file)) return
    for (const target of imports.get(file) ?? []) visit(target, [...path, file])
    done.add(file)
  }
  for (const file of imports.keys()) visit(file, [])
  return circles
}

/** `import ... from './a.ts'`, `export ... from`, `import './a.ts'`, `import('./a.ts')` and `new URL('./a.js', import.meta.url)`. */
function relativeImports(source: string): string[] {
  const found = source.matchAll(/(?:\bfrom|\bimport|\bimport\(|\bnew URL\()\s*['"](\.{1,2}\/[^'"]+)['"]/g)
  return [...found].map(([, path = '']) => path.replace(/\.js$/, '.ts'))
}
