import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const core = pathToFileURL(createRequire(import.meta.url).resolve('@agentmem/core')).href

/** The module of core, as a package that is installed here can import it. */
export const coreModule: string = JSON.stringify(core)

/** Puts a package of one module into the node_modules of a folder. */
export async function installPackage(folder: string, name: string, code: string): Promise<void> {
  const place = join(folder, 'node_modules', name)
  await mkdir(place, { recursive: true })
  const manifest = { name, version: '1.0.0', type: 'module', exports: { '.': { default: './index.js' } } }
  await writeFile(join(place, 'package.json'), JSON.stringify(manifest))
  await writeFile(join(place, 'index.js'), code)
}
