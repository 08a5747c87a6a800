import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import type { FreshFolder } from '@agentmem/conformance'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installAlone } from '../publish/install-alone.ts'
import { packAll } from '../publish/pack-all.ts'
import { pnpm } from './command.ts'
import { packages, root } from './workspace.ts'

// One without a dependency of weight, one with a prebuilt addon, and one whose dependency has an install script. All of
// them: `npm run installs`.
const tried = [
  { name: '@agentmem/core', scripts: [] },
  { name: '@agentmem/sqlite', scripts: [] },
  { name: '@agentmem/usearch', scripts: ['usearch'] },
]

let fresh: FreshFolder
let tarballs: ReadonlyMap<string, string>
beforeAll(async () => {
  fresh = await freshFolder()
  tarballs = await packAll(join(fresh.path, 'tarballs'))
}, 120_000)
afterAll(() => fresh.remove())

const guide = readFileSync(join(root, 'docs/guide.md'), 'utf8')
const rowOf = (name: string): string => guide.split('\n').find(line => line.startsWith(`| ${name} `)) ?? ''

test.each(tried)(
  '$name is installed alone, no script run, and can be imported',
  async ({ name, scripts }) => {
    const folder = join(fresh.path, name)
    const installed = await installAlone(name, tarballs, folder)
    expect(installed.npm).toEqual({ code: 0, scripts: [], importError: '' })
    expect(installed.pnpm).toEqual({ code: scripts.length > 0 ? 1 : 0, scripts, importError: '' })
    expect(rowOf(name), 'run npm run installs').toContain(`| ${installed.count} `)

    // The lines that the guide gives make pnpm end well.
    if (scripts.length === 0) return
    const settings = join(folder, 'pnpm/pnpm-workspace.yaml')
    const refused = `allowBuilds:\n${scripts.map(script => `  ${script}: false\n`).join('')}`
    expect(guide).toContain('allowBuilds:\n')
    await writeFile(settings, readFileSync(settings, 'utf8') + refused)
    expect(await pnpm(join(folder, 'pnpm'), 'install')).toMatchObject({ code: 0 })
  },
  120_000,
)

test('the guide says of each package what it brings along', () => {
  const named = packages.map(({ manifest }) => manifest.name).filter(name => rowOf(name) === '')
  expect(named, 'run npm run installs').toEqual([])
})
