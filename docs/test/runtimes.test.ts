import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import type { FreshFolder } from '@agentmem/conformance'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packAll } from '../publish/pack-all.ts'
import { command, succeeded } from './command.ts'

// The packages as they are published, on runtimes other than Node: both come from npm.
const runtimes = [
  { name: 'bun', version: '1.4.5', args: ['run'] },
  { name: 'deno', version: '2.9.6', args: ['run', '--allow-all'] },
]
const needed = ['core', 'sql', 'sqlite', 'sqlite-vec', 'usearch', 'libsql', 'postgres', 'pglite']

/** Opens the parts, adds, searches, closes, opens again, and prints what it finds before and after. */
const program = (imports: string, store: string, index: string): string => `
import { HashEmbedder, Memory } from '@agentmem/core'
${imports}
const embedder = new HashEmbedder({ dimensions: 32 })
for (const round of [1, 2]) {
  const store = ${store}
  const memory = await Memory.open({ store, index: ${index}, embedder })
  if (round === 1) {
    await memory.addBatch(['Ana plays the violin', 'Bo grows lemons', 'Cy sails at night'], { userId: 'u' })
    await memory.flush()
  }
  for (const mode of ['text', 'vector']) {
    const { results } = await memory.search('who grows lemons?', { userId: 'u', topK: 1, mode })
    console.log(round, mode, results[0]?.memory)
  }
  await memory.close()
}
`

const from = (name: string, ...names: string[]): string =>
  `import { ${names.join(', ')} } from '@agentmem/${name}'\n`

const programs = {
  'sqlite and sqlite-vec': program(
    from('sqlite', 'openSqliteStore') + from('sqlite-vec', 'openSqliteVecIndex'),
    `await openSqliteStore({ path: 'one.db' })`,
    `await openSqliteVecIndex({ path: 'one.vec', dimensions: 32 })`,
  ),
  'libsql and usearch': program(
    from('libsql', 'openLibsqlStore') + from('usearch', 'openUsearchIndex'),
    `await openLibsqlStore({ url: 'file:two.db' })`,
    `await openUsearchIndex({ path: 'two.usearch', dimensions: 32 })`,
  ),
  'pglite and the exact index': program(
    from('pglite', 'openPgliteStore') + from('core', 'ExactIndex'),
    `await openPgliteStore({ path: 'three' })`,
    'new ExactIndex(32)',
  ),
}

let fresh: FreshFolder
let tarballs: ReadonlyMap<string, string>
beforeAll(async () => {
  fresh = await freshFolder()
  tarballs = await packAll(join(fresh.path, 'tarballs'))
}, 120_000)
afterAll(() => fresh.remove())

describe.each(runtimes)('$name $version', { timeout: 240_000 }, ({ name, version, args }) => {
  let project: string
  beforeAll(async () => {
    project = join(fresh.path, name)
    await mkdir(project)
    await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
    const ours = needed.map(one => tarballs.get(`@agentmem/${one}`) ?? one)
    const wanted = [`${name}@${version}`, '@electric-sql/pglite', ...ours]
    await succeeded(command(project, 'npm', ['install', '--no-audit', '--no-fund', ...wanted]))
  }, 240_000)

  test.each(Object.entries(programs))('runs %s, and ends by itself', async (title, text) => {
    const file = `${title.replaceAll(' ', '-')}.mjs`
    await writeFile(join(project, file), text)
    const bin = join(project, 'node_modules/.bin', name)
    const { stdout } = await succeeded(command(project, bin, [...args, file]))
    const found = ['1 text', '1 vector', '2 text', '2 vector'].map(line => `${line} Bo grows lemons`)
    expect(stdout.trim().split('\n')).toEqual(found)
  })
})
