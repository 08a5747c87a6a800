import { lstat, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { command, node, pnpm } from '../test/command.ts'
import { manifestOf, packages } from '../test/workspace.ts'

/** What a program gets that installs one package of ours, and nothing else, with install scripts refused. */
export interface InstalledAlone {
  readonly name: string
  /** Packages in node_modules, ours included, as npm puts them there. */
  readonly count: number
  /** Of everything in node_modules, in bytes. */
  readonly bytes: number
  /** Of `npm install`. */
  readonly npm: Installed
  /** Of `pnpm install`. pnpm ends with 1 while a package has a script that was neither allowed nor refused. */
  readonly pnpm: Installed
}

export interface Installed {
  readonly code: number | null
  /** Packages whose scripts pnpm names as left out; the settings must say of each what to do. */
  readonly scripts: readonly string[]
  /** What importing the package says: empty where it goes well. */
  readonly importError: string
}

/**
 * Installs a package by npm and by pnpm into empty projects below `folder`, with what it needs of this workspace from
 * the tarballs, and imports it. The registry is asked for the rest.
 */
export async function installAlone(
  name: string,
  tarballs: ReadonlyMap<string, string>,
  folder: string,
): Promise<InstalledAlone> {
  const byNpm = await newProject(join(folder, 'npm'))
  const files = [...neededOf(name)].map(one => tarballs.get(one) ?? one)
  const npm = await command(byNpm, 'npm', [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    ...files,
  ])
  const { packages: installed } = JSON.parse(
    await readFile(join(byNpm, 'node_modules/.package-lock.json'), 'utf8'),
  ) as { readonly packages: Readonly<Record<string, unknown>> }

  const fileOf = (one: string): string => `file:${tarballs.get(one)}`
  const byPnpm = await newProject(join(folder, 'pnpm'), { [name]: fileOf(name) })
  const overrides = [...tarballs.keys()].map(one => `  '${one}': '${fileOf(one)}'\n`).join('')
  await writeFile(join(byPnpm, 'pnpm-workspace.yaml'), `overrides:\n${overrides}`)
  const pnpmRun = await pnpm(byPnpm, 'install')
  const ignored = /Ignored build scripts: ([^\n]*)/.exec(pnpmRun.stdout + pnpmRun.stderr)?.[1] ?? ''

  return {
    name,
    count: Object.keys(installed).length,
    bytes: await bytesIn(join(byNpm, 'node_modules')),
    npm: { code: npm.code, scripts: [], importError: await importError(byNpm, name) },
    pnpm: {
      code: pnpmRun.code,
      scripts: ignored.match(/(@[\w.-]+\/)?[\w-]+(?=@\d)/g) ?? [],
      importError: await importError(byPnpm, name),
    },
  }
}

async function newProject(
  folder: string,
  dependencies: Readonly<Record<string, string>> = {},
): Promise<string> {
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies }),
  )
  return folder
}

/** The package, and what it depends on of this workspace, directly or not. */
function neededOf(name: string, found: Set<string> = new Set()): Set<string> {
  if (found.has(name)) return found
  found.add(name)
  const manifest = packages.find(one => one.manifest.name === name)?.manifest
  const ours = { ...manifest?.dependencies, ...manifest?.peerDependencies }
  const optional = manifest?.peerDependenciesMeta ?? {}
  for (const next of Object.keys(ours)) {
    if (next.startsWith('@agentmem/') && optional[next]?.optional !== true) neededOf(next, found)
  }
  return found
}

/** A package that is a command alone is asked for its help. */
async function importError(project: string, name: string): Promise<string> {
  const folder = join(project, 'node_modules', name)
  const { bin, exports } = manifestOf(folder)
  const [script] = Object.values(bin ?? {})
  const { code, stderr } =
    exports?.['.'] === undefined && script !== undefined
      ? await node(project, join(folder, script), '--help')
      : await node(project, '-e', `await import(${JSON.stringify(name)})`)
  return code === 0 ? '' : stderr
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile())
  const sizes = await Promise.all(
    files.map(async file => (await lstat(join(file.parentPath, file.name))).size),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
