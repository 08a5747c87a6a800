import { spawnSync } from 'node:child_process'

/** A library as it stands in the catalog of `pnpm-workspace.yaml`. */
export interface Library {
  readonly name: string
  /** Such as '^1.2.3'. */
  readonly range: string
}

/** Reads `NAME` or `NAME@RANGE`; without a range it asks npm for the newest version. */
export function parseLibrary(text: string): Library {
  const [, name = '', range] =
    /^((?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*)(?:@([\^~]?\d[\w.+-]*))?$/.exec(text) ?? []
  if (name === '') throw new Error(`--library takes a package, such as pg or pg@^8.23.1, not '${text}'`)
  return { name, range: range ?? `^${newestVersion(name)}` }
}

/** The text of `pnpm-workspace.yaml` with the library in its catalog, where it is not there already. */
export function withLibrary(text: string, { name, range }: Library): string {
  const [start, catalog] = /^catalog:\n((?: {2}.*\n)*)/m.exec(text) ?? []
  if (start === undefined || catalog === undefined) throw new Error('pnpm-workspace.yaml has no catalog')
  const lines = catalog.trimEnd().split('\n')
  const nameOf = (line: string): string => line.trim().replace(/^'?(.*?)'?:.*$/, '$1')
  if (lines.some(line => nameOf(line) === name)) return text
  const line = `  ${name.startsWith('@') ? `'${name}'` : name}: ${range}`
  const next = lines.findIndex(line => nameOf(line) > name)
  const all = lines.toSpliced(next === -1 ? lines.length : next, 0, line)
  return text.replace(start, () => `catalog:\n${all.join('\n')}\n`)
}

function newestVersion(name: string): string {
  const { status, stdout } = spawnSync('npm', ['view', name, 'version'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  const version = stdout?.trim() ?? ''
  if (status === 0 && /^\d[\w.+-]*$/.test(version)) return version
  throw new Error(`npm knows no version of ${name}; give one: --library ${name}@^1.2.3`)
}
