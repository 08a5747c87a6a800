import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeBackend } from '../../packages/cli/src/describe-backend.ts'
import { partNames } from '../../packages/core/src/addresses/manifest.ts'
import type { Part } from '../../packages/core/src/addresses/manifest.ts'
import { backendList, listedBackends } from './backend-list.ts'
import { markdownTable } from './markdown-table.ts'
import { replaceSection } from './marked-section.ts'
import { withPublishedFields } from './published-fields.ts'
import { readPackages } from './read-packages.ts'
import type { ListedPackage } from './read-packages.ts'

/** A file that names the packages, as it has to be. */
export interface ListedFile {
  /** Relative to the workspace. */
  readonly path: string
  readonly text: string
}

/** Every file that names the packages, and what the packages say alike, made from the manifests. Writes nothing. */
export function listedFiles(root: string): ListedFile[] {
  const packages = readPackages(root)
  const workspace: Readonly<Record<string, unknown>> = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  const edited = (path: string, edit: (text: string) => string): ListedFile => {
    return { path, text: edit(readFileSync(join(root, path), 'utf8')) }
  }
  return [
    { path: 'packages/core/src/addresses/known-backends.ts', text: backendList(packages) },
    edited('packages/cli/README.md', text => replaceSection(text, 'addresses', () => addressTable(packages))),
    edited('README.md', text => replaceSection(text, 'packages', () => packageTable(packages))),
    edited('CONTRIBUTING.md', text => replaceSection(text, 'layout', old => layout(old, packages))),
    edited('tsconfig.json', text => {
      const references = packages.map(({ folder }) => ({ path: `packages/${folder}` }))
      return json({ ...JSON.parse(text), references })
    }),
    edited('docs/package.json', text => withDependencies(text, 'devDependencies', packages, packages)),
    edited('benchmarks/package.json', text => {
      const backends = packages.filter(({ manifest }) => manifest !== undefined)
      return withDependencies(text, 'dependencies', backends, packages)
    }),
    ...packages.map(listed =>
      edited(`packages/${listed.folder}/package.json`, text => {
        const published = withPublishedFields(text, workspace, listed)
        return listed.folder === 'core' ? withOptionalPeers(published, packages) : published
      }),
    ),
  ]
}

/** Writes those of the files that are out of date; returns their paths. */
export function writeLists(root: string): string[] {
  return listedFiles(root).flatMap(({ path, text }) => {
    const file = join(root, path)
    if (existsSync(file) && readFileSync(file, 'utf8') === text) return []
    writeFileSync(file, text)
    return [path]
  })
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function packageTable(packages: readonly ListedPackage[]): string {
  const rows = packages.map(({ name, folder, manifest, description }) => [
    `[${name}](packages/${folder}/README.md)`,
    manifest?.about.replace(/^the /, '') ?? description,
  ])
  return markdownTable(['package', 'what it is'], rows)
}

function addressTable(packages: readonly ListedPackage[]): string {
  const rows = (partNames as readonly Part[]).flatMap(part =>
    Object.entries(listedBackends(packages, part)).map(([scheme, known]) => {
      const { addresses, about } = describeBackend(scheme, known)
      const link = `[${known.package}](../${scheme}/README.md)`
      return [`\`--${part}\``, addresses.map(address => `\`${address}\``).join(' '), about, link]
    }),
  )
  return markdownTable(['option', 'address', 'what it opens', 'package'], rows)
}

/** The folders of packages/ change, the others stay. */
function layout(old: string, packages: readonly ListedPackage[]): string {
  const lines = packages.map(({ folder, manifest, description }) => {
    const about = manifest?.about ?? description.replace(/^[A-Z](?=[a-z])/, letter => letter.toLowerCase())
    return `  ${`${folder}/`.padEnd(15)}${about}\n`
  })
  return old.replace(/^packages\/\n(?: .*\n)*/m, () => `packages/\n${lines.join('')}`)
}

/** What `openMemory` of core imports when it is installed: a package manager that keeps packages apart links peers alone. */
function withOptionalPeers(text: string, packages: readonly ListedPackage[]): string {
  const backends = packages.flatMap(({ name, manifest }) => (manifest === undefined ? [] : [name])).sort()
  const every = <Value>(value: Value): Record<string, Value> =>
    Object.fromEntries(backends.map(name => [name, value]))
  // In the order in which the formatter has them.
  const { devDependencies, peerDependencies: _peers, peerDependenciesMeta: _meta, ...rest } = JSON.parse(text)
  const { engines, ...fields } = rest as Record<string, unknown>
  return json({
    ...fields,
    devDependencies,
    peerDependencies: every('workspace:^'),
    peerDependenciesMeta: every({ optional: true }),
    engines,
  })
}

/** The workspace package that is not in packages/ and that others depend on. */
const outside = '@agentmem/testcontainers'

/** Adds the wanted packages; those that a person added stay, unless they are gone. */
function withDependencies(
  text: string,
  field: 'dependencies' | 'devDependencies',
  wanted: readonly ListedPackage[],
  packages: readonly ListedPackage[],
): string {
  const packageJson: Readonly<Record<string, unknown>> = JSON.parse(text)
  const there = new Set([outside, ...packages.map(({ name }) => name)])
  const old = Object.entries(packageJson[field] as Readonly<Record<string, string>>)
  const kept = old.filter(([name, range]) => range !== 'workspace:^' || there.has(name))
  const all = new Map([...kept, ...wanted.map(({ name }) => [name, 'workspace:^'] as const)])
  const sorted = [...all].sort(([a], [b]) => (a < b ? -1 : 1))
  return json({ ...packageJson, [field]: Object.fromEntries(sorted) })
}
