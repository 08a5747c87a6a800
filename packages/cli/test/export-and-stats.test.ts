import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { coreModule, installPackage } from '../../core/test/addresses/install-package.ts'
import { agentmem, answerOf, newFolder, startAgentmem } from './run-agentmem.ts'
import { sampleFile } from './sample-lines.ts'

async function folderWith(count: number): Promise<string> {
  const folder = await newFolder()
  await agentmem(folder, ['import', await sampleFile(folder, count), '--embedder', 'hash'])
  return folder
}

describe('an export', () => {
  test('writes nothing but lines of JSON to stdout, oldest first', async () => {
    const { code, stdout, stderr } = await agentmem(await folderWith(30), ['export'])
    expect([code, stderr]).toEqual([0, '30 memories exported\n'])
    const [header, ...records] = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>)
    expect(header).toMatchObject({ agentmem: 'export' })
    expect(records.map(({ metadata }) => metadata)).toMatchObject(
      Array.from({ length: 30 }, (_, day) => ({ day })),
    )
    expect(records.every(({ vector }) => typeof vector === 'string')).toBe(true)
  })

  test('keeps to a scope, and leaves the vectors out on request', async () => {
    const { stdout } = await agentmem(await folderWith(30), [
      'export',
      '-',
      '--user',
      'user-2',
      '--no-vectors',
    ])
    const [, ...records] = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>)
    expect(records).toHaveLength(10)
    expect(records.every(record => record['userId'] === 'user-2' && !('vector' in record))).toBe(true)
  })

  test('to a file says so on stdout, and leaves nothing beside it', async () => {
    const folder = await folderWith(30)
    await writeFile(join(folder, 'out.jsonl'), 'older')
    expect(await answerOf(folder, ['export', 'out.jsonl'])).toEqual({ exported: 30, file: 'out.jsonl' })
    expect((await readFile(join(folder, 'out.jsonl'), 'utf8')).split('\n')).toHaveLength(32)
    expect((await readdir(folder)).filter(name => name.startsWith('out'))).toEqual(['out.jsonl'])
  })

  test('that fails half-way leaves the file as it was', async () => {
    const folder = await newFolder()
    const store = `
      import { MapStore } from ${coreModule}
      export function openPostgresStore() {
        const store = new MapStore()
        const query = store.query.bind(store)
        store.query = async function* (...args) {
          yield* query(...args)
          throw new Error('the connection was lost')
        }
        return store
      }`
    await installPackage(folder, '@agentmem/postgres', store)
    await writeFile(join(folder, 'out.jsonl'), 'older')
    const { code, stdout, stderr } = await agentmem(folder, [
      'export',
      'out.jsonl',
      '--store',
      'postgres://db',
    ])
    expect(stderr).toContain('the connection was lost')
    expect([code, stdout]).toEqual([1, ''])
    expect(await readFile(join(folder, 'out.jsonl'), 'utf8')).toBe('older')
    expect((await readdir(folder)).filter(name => name.startsWith('out'))).toEqual(['out.jsonl'])
  })

  test('to a folder that is not there says so', async () => {
    const { code, stderr } = await agentmem(await folderWith(3), ['export', 'no-such-folder/out.jsonl'])
    expect(stderr).toMatch(/^agentmem: .*no-such-folder/)
    expect(code).toBe(1)
  })

  test('to a reader that goes away ends quietly', async () => {
    const { child, ended } = startAgentmem(await folderWith(3_000), ['export'])
    child.stdout.once('data', () => child.stdout.destroy())
    expect(await ended).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('stats', () => {
  test('shows where the parts are, and what they hold', async () => {
    const { code, stdout, stderr } = await agentmem(await folderWith(30), ['stats', '--user', 'user-0'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(
      /^store     sqlite:\.\/agentmem\.db\n {10}30 memories, .* on disk\n {10}10 of them/,
    )
    expect(stdout).toMatch(
      /^index     sqlite-vec:\.\/agentmem\.vectors-384\.db\n {10}30 vectors, .*up to date$/m,
    )
    expect(stdout).toMatch(/^embedder  hash.*\n {10}384 dimensions$/m)
  })

  test('counts the memories of an organization', async () => {
    const folder = await folderWith(30)
    await agentmem(folder, ['import', 'samples.jsonl', '--org', 'other', '--batch-size', '20'])
    expect(await answerOf(folder, ['stats', '--org', 'default'])).toMatchObject({ memoriesInScope: 30 })
    expect(await answerOf(folder, ['stats', '--org', 'third'])).toMatchObject({ memoriesInScope: 0 })
  })
})
