// Writes a package for a new backend into the workspace it is run in, and then the lists: `npm run new`.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { partNames } from '../../packages/core/src/addresses/manifest.ts'
import type { Part } from '../../packages/core/src/addresses/manifest.ts'
import { writeLists } from '../lists/listed-files.ts'
import { parseLibrary } from './catalog.ts'
import { scaffold } from './scaffold.ts'

const usage = 'npm run new -- store|index|embedder NAME [--library PACKAGE[@RANGE]]'
const root = process.cwd()

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { library: { type: 'string' } },
  })
  const [part = '', name = '', ...others] = positionals
  if (!partNames.includes(part) || name === '' || others.length > 0) throw new Error(usage)
  const library = values.library === undefined ? undefined : parseLibrary(values.library)
  const folder = relative(root, scaffold(root, { part: part as Part, name, library }))
  const lists = writeLists(root)
  format(folder)
  console.log(`${folder} is written, and named in ${lists.join(', ')}. Next:

  npx ${String(readJson('package.json')['packageManager'])} install
  npm run build
  npm test -- ${folder}

The tests of ${folder} fail until ${folder}/src/open-${name}-${part}.ts does what the conformance kit asks for;
docs/adding-a-backend.md has the rest.`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}

/** A long name wraps lines elsewhere than a short one. Where nothing is installed, `npm run format` does it later. */
function format(folder: string): void {
  const formatter = join(root, 'node_modules/oxfmt')
  if (!existsSync(formatter)) return
  const { bin } = readJson('node_modules/oxfmt/package.json')
  const script = typeof bin === 'object' && bin !== null ? Object.values(bin)[0] : bin
  spawnSync(process.execPath, [join(formatter, String(script)), folder], { cwd: root, stdio: 'inherit' })
}

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(root, file), 'utf8'))
}
