import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const core = pathToFileURL(join(import.meta.dirname, '../../dist/index.js')).href

/** The module of core, as a package that is installed here can import it. */
export const coreModule: string = JSON.stringify(core)

/** What else the package.json of a fake package says. */
export interface PackageFields {
  /** The manifest; default: that of this workspace's package of the same name. */
  readonly agentmem?: unknown
  readonly exports?: unknown
}

/** Puts a package of one module, `index.js`, into the node_modules of a folder. */
export async function installPackage(
  folder: string,
  name: string,
  code: string,
  fields: PackageFields = { agentmem: manifestOf(name) },
): Promise<void> {
  const place = join(folder, 'node_modules', name)
  await mkdir(place, { recursive: true })
  const exports = { '.': { default: './index.js' } }
  const packageJson = { name, version: '1.0.0', type: 'module', exports, ...fields }
  await writeFile(join(place, 'package.json'), JSON.stringify(packageJson))
  await writeFile(join(place, 'index.js'), code)
}

/** The manifest of a package of this workspace. */
export function manifestOf(name: string): unknown {
  const file = join(import.meta.dirname, '../../..', name.replace('@agentmem/', ''), 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { agentmem?: unknown }).agentmem
}
