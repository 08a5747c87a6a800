import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { coreModule, installPackage } from '../../core/test/addresses/install-package.ts'
import type { PackageFields } from '../../core/test/addresses/install-package.ts'
import { agentmem, answerOf, newFolder } from './run-agentmem.ts'
import { sampleFile } from './sample-lines.ts'

const manifest = { part: 'index', scheme: 'qdrant', open: 'openQdrantIndex', from: 'url' }

/** An index of a stranger's that says with which options it was opened, and leaves a file when its code is run. */
async function installStranger(
  folder: string,
  fields: PackageFields = { agentmem: manifest },
  name: string = 'agentmem-qdrant',
): Promise<void> {
  const code = `
    import { writeFileSync } from 'node:fs'
    import { ExactIndex } from ${coreModule}
    writeFileSync('code-was-run', '')
    export async function openQdrantIndex(options) {
      process.stderr.write(JSON.stringify({ name: ${JSON.stringify(name)}, ...options }) + '\\n')
      return new ExactIndex(options.dimensions)
    }`
  await installPackage(folder, name, code, fields)
}

describe('a package of a stranger', () => {
  test('is found by its scheme and opened', async () => {
    const folder = await newFolder()
    await installStranger(folder)
    const args = ['import', await sampleFile(folder, 20), '--index', 'qdrant:http://127.0.0.1:6333']
    const { code, stdout, stderr } = await agentmem(folder, args)
    expect(JSON.parse(stderr)).toEqual({
      name: 'agentmem-qdrant',
      url: 'http://127.0.0.1:6333',
      dimensions: 384,
    })
    expect(stdout).toContain('20 memories imported')
    expect(code).toBe(0)
    const found = await answerOf(folder, ['search', 'a violin', '--user', 'user-1', '--index', 'qdrant://db'])
    expect(found['results']).not.toHaveLength(0)
  })

  test('yields to the package of this project with that scheme', async () => {
    const folder = await newFolder()
    await installStranger(folder)
    await installStranger(folder, { agentmem: manifest }, '@agentmem/qdrant')
    const { stderr } = await agentmem(folder, [
      'import',
      await sampleFile(folder, 1),
      '--index',
      'qdrant://db',
    ])
    expect(JSON.parse(stderr)).toMatchObject({ name: '@agentmem/qdrant' })
  })

  test('does not take the place of one that agentmem brings along', async () => {
    const folder = await newFolder()
    await installStranger(folder, { agentmem: { ...manifest, scheme: 'sqlite-vec' } }, 'agentmem-sqlite-vec')
    await installStranger(folder, { agentmem: { ...manifest, scheme: 'sqlite-vec' } }, '@agentmem/sqlite-vec')
    const { code } = await agentmem(folder, ['import', await sampleFile(folder, 1), '--embedder', 'hash'])
    expect([code, existsSync(join(folder, 'code-was-run'))]).toEqual([0, false])
  })
})

describe('a package is refused by its name, and none of its code is run,', () => {
  test.each<[string, unknown, number, RegExp]>([
    [
      'without a manifest',
      undefined,
      1,
      /^agentmem: agentmem-qdrant has no field "agentmem" in its package\.json/,
    ],
    [
      'when it is another part',
      { ...manifest, part: 'store' },
      2,
      /agentmem-qdrant is a store; give it as the store/,
    ],
    [
      'when its scheme is another',
      { ...manifest, scheme: 'sqlite' },
      1,
      /agentmem-qdrant .* scheme than qdrant/,
    ],
  ])('%s', async (_what, agentmemField, code, message) => {
    const folder = await newFolder()
    await installStranger(folder, { agentmem: agentmemField })
    const args = ['import', await sampleFile(folder, 1), '--index', 'qdrant://a:s3cr3t@db']
    const outcome = await agentmem(folder, args)
    expect(outcome.stderr).toMatch(message)
    expect(outcome.stdout + outcome.stderr).not.toContain('s3cr3t')
    expect(outcome.code).toBe(code)
    expect(existsSync(join(folder, 'code-was-run'))).toBe(false)
  })

  test('when its package.json is broken', async () => {
    const folder = await newFolder()
    await installStranger(folder)
    await writeFile(join(folder, 'node_modules/agentmem-qdrant/package.json'), '{')
    const { code, stderr } = await agentmem(folder, ['import', '/dev/null', '--index', 'qdrant://db'])
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('agentmem-qdrant has no field "agentmem"') as string,
    ])
  })

  test('when it is a package of this project and no backend', async () => {
    const { code, stderr } = await agentmem(await newFolder(), ['stats', '--store', 'core:x'])
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('@agentmem/core has no field "agentmem"') as string,
    ])
  })
})

test('a scheme that no package answers to is named with the packages that were looked for', async () => {
  const { code, stderr } = await agentmem(await newFolder(), ['import', '/dev/null', '--index', 'faiss:x'])
  expect(stderr).toContain('neither @agentmem/faiss nor agentmem-faiss is installed')
  expect(code).toBe(2)
})

test('help names every address of the list', async () => {
  const { stdout } = await agentmem(await newFolder(), ['--help'])
  const addresses = ['sqlite:PATH', 'libsql:PATH', 'libsql://...', 'postgres://...', 'postgresql://...']
  const others = [
    'mariadb://...',
    'pgvector:',
    'pgvector:postgres://...',
    'sqlite-vec:',
    'lancedb:URI',
    'exact:',
  ]
  for (const address of [...addresses, ...others, 'openai:MODEL']) expect(stdout).toContain(`  ${address}  `)
})
