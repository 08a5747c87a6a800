import { openSqliteStore } from '@agentmem/sqlite'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { coreModule, installPackage } from '../../core/test/addresses/install-package.ts'
import { agentmem, answerOf, newFolder } from './run-agentmem.ts'
import { sampleFile } from './sample-lines.ts'

async function filled(...options: string[]): Promise<string> {
  const folder = await newFolder()
  await answerOf(folder, ['import', await sampleFile(folder, 30), ...options])
  return folder
}

describe('without index and embedder', () => {
  test('an import makes one file, and a search finds by words', async () => {
    const folder = await newFolder()
    const args = ['import', await sampleFile(folder, 30)]
    const { code, stdout, stderr } = await agentmem(folder, args)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^30 memories imported, .*\n$/)
    expect((await readdir(folder)).sort()).toEqual(['agentmem.db', 'samples.jsonl'])
    const { results } = await answerOf(folder, ['search', 'the violin', '--user', 'user-0', '--top-k', '1'])
    expect(results).toMatchObject([{ memory: expect.stringContaining('violin') as string }])
  })

  test('stats and verify say that there is no index', async () => {
    const folder = await filled()
    const stats = await agentmem(folder, ['stats'])
    expect(stats.stdout).toMatch(/ on disk\nsearch    by words alone: no index, no embedder\n$/)
    expect((await answerOf(folder, ['stats']))['urls']).toEqual({ store: 'sqlite:./agentmem.db' })
    const verified = await agentmem(folder, ['verify'])
    expect(verified).toMatchObject({
      code: 0,
      stdout: 'the store is searched by words alone: there is no index to verify\n',
    })
  })

  test('a search by vectors is refused with what to do', async () => {
    const args = ['search', 'violin', '--user', 'user-0', '--mode', 'vector']
    const { code, stderr } = await agentmem(await filled(), args)
    expect(stderr).toContain("search it with mode 'text', or open it with both")
    expect(code).toBe(2)
  })

  test('an embedder is refused until reembed has made vectors, and then needs not be named', async () => {
    const folder = await filled()
    const refused = await agentmem(folder, ['stats', '--embedder', 'hash:64'])
    expect(refused.stderr).toMatch(/holds no vectors.*'agentmem reembed' moves the store to it/s)
    const unsaid = await agentmem(folder, ['reembed'])
    expect(unsaid).toMatchObject({ code: 2, stderr: expect.stringContaining('needs --embedder') as string })

    const { memories } = await answerOf(folder, ['reembed', '--embedder', 'hash:64'])
    expect(memories).toBe(30)
    expect(await answerOf(folder, ['stats'])).toMatchObject({
      urls: { index: 'sqlite-vec:./agentmem.vectors-64.db', embedder: 'hash:64' },
      index: { vectors: 30 },
      embedder: { dimensions: 64 },
    })
  })

  test('what is exported can be imported beside an embedder, and the other way round', async () => {
    const folder = await filled()
    const exported = await agentmem(folder, ['export'])
    const other = await newFolder()
    await agentmem(other, ['import', '-', '--embedder', 'hash'], { input: exported.stdout })
    expect(await answerOf(other, ['stats'])).toMatchObject({ index: { vectors: 30 } })
    const third = await newFolder()
    const withVectors = await agentmem(other, ['export'])
    await agentmem(third, ['import', '-'], { input: withVectors.stdout })
    const bodyOf = ({ stdout }: { stdout: string }): string[] => stdout.split('\n').slice(1)
    expect(bodyOf(await agentmem(third, ['export']))).toEqual(bodyOf(exported))
  })
})

describe('without --embedder, what the store holds decides:', () => {
  test('vectors of the hash embedder are searched with it, whatever their dimensions', async () => {
    const folder = await filled('--embedder', 'hash:64', '--index', 'exact')
    const args = ['search', 'violin', '--user', 'user-0', '--mode', 'vector', '--index', 'exact']
    expect((await answerOf(folder, args))['results']).toHaveLength(10)
    expect((await answerOf(folder, args.slice(0, -2)))['results']).toHaveLength(10)
  })

  test('vectors of an older hash embedder are renewed by reembed', async () => {
    const folder = await filled('--embedder', 'hash')
    {
      await using store = await openSqliteStore({ path: join(folder, 'agentmem.db') })
      const [now = null] = await store.readMeta(['embedder'])
      const value = JSON.stringify({ model: 'hash-v1-384', dimensions: 384 })
      await store.writeMeta([{ key: 'embedder', value, expect: now }])
    }
    const { code, stderr } = await agentmem(folder, ['stats'])
    expect(stderr).toMatch(/holds vectors of hash-v1-384.*'agentmem reembed' moves the store to it/s)
    expect(code).toBe(1)
    expect(await answerOf(folder, ['reembed'])).toMatchObject({ model: 'hash-v2-384', memories: 30 })
    expect(await answerOf(folder, ['verify'])).toMatchObject({ ok: true, checked: 30 })
  })

  test('the vectors of another model ask for --embedder', async () => {
    const folder = await newFolder()
    await installPackage(
      folder,
      '@agentmem/fastembed',
      `
      import { HashEmbedder } from ${coreModule}
      export function openFastEmbedder() {
        return Object.assign(new HashEmbedder({ dimensions: 16 }), { model: 'tiny' })
      }`,
    )
    const embedder = ['--embedder', 'fastembed:tiny']
    await answerOf(folder, ['import', await sampleFile(folder, 3), ...embedder])
    const { code, stderr } = await agentmem(folder, ['stats'])
    expect(stderr).toMatch(/holds vectors of tiny \(16 dimensions\).*\n--embedder names the model/s)
    expect(code).toBe(1)
    expect(await answerOf(folder, ['stats', ...embedder])).toMatchObject({ index: { vectors: 3 } })
  })
})
