import type { ListedPackage } from './read-packages.ts'

type PackageJson = Readonly<Record<string, unknown>>

/** What every package says of where it comes from: the fields of the workspace's own package.json, where they are set. */
const fromWorkspace = ['homepage', 'bugs', 'author'] as const

const words = ['ai', 'agent', 'agent-memory', 'llm', 'memory']
const wordsOfPart = {
  store: ['database', 'store'],
  index: ['vector-index', 'vector-search'],
  embedder: ['embeddings'],
}

/**
 * A package.json with what a registry's page shows: `keywords` from the part that the package is, and `repository`,
 * `homepage`, `bugs` and `author` from the workspace's package.json. A field that is not set there is in no package.
 */
export function withPublishedFields(text: string, workspace: PackageJson, listed: ListedPackage): string {
  const old: PackageJson = JSON.parse(text)
  const fields = {
    keywords: keywordsOf(listed),
    ...Object.fromEntries(
      fromWorkspace.flatMap(name => (name in workspace ? [[name, workspace[name]]] : [])),
    ),
    ...('repository' in workspace
      ? { repository: { ...repositoryOf(workspace['repository']), directory: `packages/${listed.folder}` } }
      : {}),
  }
  const dropped = new Set(['keywords', 'repository', ...fromWorkspace])
  const entries = Object.entries(old).filter(([name]) => !dropped.has(name))
  // Where the formatter sorts them: before and after the licence.
  const license = entries.findIndex(([name]) => name === 'license')
  const before = ['keywords', 'homepage', 'bugs']
  const pick = (wanted: (name: string) => boolean): [string, unknown][] =>
    Object.entries(fields).filter(([name]) => wanted(name))
  const all = [
    ...entries.slice(0, license),
    ...pick(name => before.includes(name)),
    ...entries.slice(license, license + 1),
    ...pick(name => !before.includes(name)),
    ...entries.slice(license + 1),
  ]
  return `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`
}

function keywordsOf({ folder, manifest }: ListedPackage): string[] {
  const part = manifest === undefined ? [] : wordsOfPart[manifest.part]
  return [...new Set([...words, ...part, folder])].sort()
}

/** npm takes a shorthand as well, such as `github:owner/name`; what stands beside `directory` must be an object. */
function repositoryOf(repository: unknown): object {
  return typeof repository === 'string' ? { type: 'git', url: repository } : (repository as object)
}
