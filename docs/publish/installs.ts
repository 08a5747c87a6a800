// Installs each package alone, by npm and by pnpm, and writes what that brings into the guide: `npm run installs`. With
// the names of packages it installs those, and prints them.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import { replaceSection } from '../lists/marked-section.ts'
import { readPackages } from '../lists/read-packages.ts'
import { packages, root } from '../test/workspace.ts'
import { installAlone } from './install-alone.ts'
import type { InstalledAlone } from './install-alone.ts'
import { installTable } from './install-table.ts'
import { packAll } from './pack-all.ts'

const published = new Set(packages.map(({ manifest }) => manifest.name))
const all = readPackages(root).flatMap(({ name }) => (published.has(name) ? [name] : []))
const wanted = process.argv.slice(2)
const unknown = wanted.filter(name => !published.has(name))
if (unknown.length > 0)
  throw new Error(`No package is called ${unknown.join(', ')}; there is ${all.join(', ')}`)

const fresh = await freshFolder()
const tarballs = await packAll(join(fresh.path, 'tarballs'))
const installed: InstalledAlone[] = []
for (const name of wanted.length > 0 ? wanted : all) {
  const one = await installAlone(name, tarballs, join(fresh.path, name))
  installed.push(one)
  const { npm, pnpm } = one
  console.log(`${name}: npm ${npm.code}, pnpm ${pnpm.code}, ${one.count} packages, ${one.bytes} bytes`)
  for (const { importError } of [npm, pnpm]) if (importError !== '') console.log(importError)
}
await fresh.remove()

if (wanted.length === 0) {
  const guide = join(root, 'docs/guide.md')
  const table = installTable(installed)
  writeFileSync(
    guide,
    replaceSection(readFileSync(guide, 'utf8'), 'installs', () => table),
  )
} else console.log(installTable(installed))
const failed = installed.filter(({ npm }) => npm.code !== 0)
if (failed.length > 0) process.exitCode = 1
