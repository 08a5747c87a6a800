import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import type { FreshFolder } from '@agentmem/conformance'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { node } from './command.ts'
import type { Outcome } from './command.ts'
import { root } from './workspace.ts'

/** Packages with native parts, which no bundler can take in. */
const natives = ['better-sqlite3', 'sqlite-vec', 'usearch', 'hnswlib-node']

const indexes = {
  'sqlite-vec': 'openSqliteVecIndex',
  usearch: 'openUsearchIndex',
  hnsw: 'openHnswIndex',
}
type IndexName = keyof typeof indexes

function program(name: IndexName): string {
  return `
    import { HashEmbedder, Memory, MemoryError } from '@agentmem/core'
    import { openSqliteStore } from '@agentmem/sqlite'
    import { ${indexes[name]} as openIndex } from '@agentmem/${name}'
    const embedder = new HashEmbedder({ dimensions: 64 })
    try {
      const memory = await Memory.open({
        store: await openSqliteStore({ path: '${name}.db' }),
        index: await openIndex({ path: '${name}.index', dimensions: 64 }),
        embedder,
      })
      await memory.add('Grace plays the cello.', { userId: 'ada' })
      const { results } = await memory.search('cello', { userId: 'ada', mode: 'vector' })
      console.log(results[0].memory)
      await memory.close()
    } catch (error) {
      if (!MemoryError.is(error)) throw error
      console.log(error.code + ': ' + error.message)
    }`
}

describe('a bundle by esbuild', { timeout: 120_000 }, () => {
  let fresh: FreshFolder
  beforeAll(async () => {
    fresh = await freshFolder()
    await symlink(join(root, 'docs/node_modules'), join(fresh.path, 'node_modules'))
    await writeFile(join(fresh.path, 'package.json'), '{ "type": "module" }')
  })
  afterAll(() => fresh.remove())

  async function bundled(name: IndexName, outfile: string, external: string[]): Promise<Outcome> {
    const entry = join(fresh.path, `${name}.ts`)
    await writeFile(entry, program(name))
    await build({
      entryPoints: [entry],
      outfile: join(fresh.path, outfile),
      bundle: true,
      platform: 'node',
      format: 'esm',
      external,
      logLevel: 'silent',
    })
    return node(fresh.path, outfile)
  }

  const names = Object.keys(indexes) as IndexName[]
  test.each(names)('that leaves out @agentmem/%s and @agentmem/sqlite finds what it stores', async name => {
    const outside = ['@agentmem/sqlite', '@agentmem/sqlite-vec', '@agentmem/usearch', '@agentmem/hnsw']
    const { code, stdout, stderr } = await bundled(name, `${name}-apart.js`, outside)
    expect([code, stdout, stderr]).toEqual([0, 'Grace plays the cello.\n', ''])
  })

  test.each(names)('that takes in @agentmem/%s says which file it lost, and how it is kept', async name => {
    const { code, stdout } = await bundled(name, `${name}-whole.js`, natives)
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^NOT_INSTALLED: .*worker.*--external:'@agentmem\/\*'/s),
    ])
  })
})
