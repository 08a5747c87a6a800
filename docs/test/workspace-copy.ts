import { cp, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import { packages, root } from './workspace.ts'

const settings = ['package.json', 'pnpm-workspace.yaml', '.oxfmtrc.json', '.oxlintrc.json']
const compilers = ['tsconfig.json', 'tsconfig.base.json', 'tsconfig.test.json']
const documents = ['README.md', 'CONTRIBUTING.md', 'packages/cli/README.md']
const manifests = ['docs/package.json', 'benchmarks/package.json']

/** The workspace as far as `npm run new` and `npm run lists` read and write it; its libraries are those of this one. */
export async function workspaceCopy(): Promise<string> {
  const { path: copy } = await freshFolder()
  const folders = packages
    .map(({ folder }) => folder.slice(root.length + 1))
    .filter(name => !linked.includes(name) && name !== core)
  const files = [
    ...settings,
    ...compilers,
    ...documents,
    ...manifests,
    ...folders.map(name => `${name}/package.json`),
  ]
  for (const file of files) {
    await mkdir(dirname(join(copy, file)), { recursive: true })
    await cp(join(root, file), join(copy, file))
  }
  // The lists are written into core, so that a link to it would not do.
  const modules = `${core}/node_modules`
  await cp(join(root, core), join(copy, core), {
    recursive: true,
    filter: source => source !== join(root, modules),
  })
  for (const folder of [...linked, modules, 'node_modules'])
    await symlink(join(root, folder), join(copy, folder))
  // The tests of the new packages alone.
  const config = "export default { test: { include: ['packages/new-*/test/*.test.ts'] } }"
  await writeFile(join(copy, 'vitest.config.mjs'), config)
  return copy
}

/** What a new package is compiled and tested with. */
const linked = ['packages/conformance']
const core = 'packages/core'

/** What an installation would do for a package of the copy. */
export async function linkLibraries(copy: string, name: string): Promise<void> {
  const place = join(copy, 'packages', name, 'node_modules/@agentmem')
  await mkdir(place, { recursive: true })
  for (const folder of [...linked, core])
    await symlink(join(root, folder), join(place, folder.replace('packages/', '')))
}
