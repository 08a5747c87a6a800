import { openSqliteVecIndex } from '@agentmem/sqlite-vec'
import type { VectorIndex } from '@agentmem/core'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { agentmem, answerOf, newFolder } from './run-agentmem.ts'
import { sampleFile } from './sample-lines.ts'

/** A folder with a hundred memories, and an index that was tampered with. */
async function damaged(
  damage: (index: VectorIndex, ids: readonly string[]) => Promise<void>,
): Promise<string> {
  const folder = await newFolder()
  await agentmem(folder, ['import', await sampleFile(folder, 100), '--embedder', 'hash'])
  const { stdout } = await agentmem(folder, ['export', '--no-vectors'])
  const records = stdout.trimEnd().split('\n').slice(1)
  const ids = records.map(line => (JSON.parse(line) as { id: string }).id)
  await using index = await openSqliteVecIndex({
    path: join(folder, 'agentmem.vectors-384.db'),
    dimensions: 384,
  })
  await damage(index, ids)
  return folder
}

async function removeTwo(index: VectorIndex, ids: readonly string[]): Promise<void> {
  await index.apply({ upserts: [], deletes: ids.slice(50, 52), cursor: await index.cursor() })
}

async function addStranger(index: VectorIndex): Promise<void> {
  const vector = new Float32Array(384).fill(384 ** -0.5)
  const upserts = [{ id: 'stranger', scope: { orgId: 'default', userId: 'user-1' }, vector }]
  await index.apply({ upserts, deletes: [], cursor: await index.cursor() })
}

async function replaceOne(index: VectorIndex, ids: readonly string[]): Promise<void> {
  const [id = ''] = ids.slice(50)
  const vector = new Float32Array(384).fill(384 ** -0.5)
  const upserts = [{ id, scope: { orgId: 'default', userId: 'user-2' }, vector }]
  await index.apply({ upserts, deletes: [], cursor: await index.cursor() })
}

describe('verify', () => {
  test('of a sound index says so and exits with 0', async () => {
    const folder = await damaged(async () => undefined)
    const outcome = await agentmem(folder, ['verify'])
    const stdout = '100 memories checked, the index holds exactly their vectors\n'
    expect(outcome).toEqual({ code: 0, stdout, stderr: '' })
    expect(await answerOf(folder, ['verify', '--repair'])).toMatchObject({ found: { ok: true }, written: 0 })
  })

  test.each([
    [
      'vectors that are missing',
      removeTwo,
      '2 missing, 0 different, 0 of no memory',
      { written: 2, rebuilt: false },
    ],
    [
      'a vector of no memory',
      addStranger,
      '0 missing, 0 different, 1 of no memory',
      { written: 100, rebuilt: true },
    ],
    [
      'a vector that is another',
      replaceOne,
      '0 missing, 1 different, 0 of no memory',
      { written: 1, rebuilt: false },
    ],
  ])('finds %s, exits with 1, and repairs it on request', async (_what, damage, found, repaired) => {
    const folder = await damaged(damage)
    const { code, stdout } = await agentmem(folder, ['verify'])
    expect(stdout).toContain(`100 memories checked, the index is damaged: vectors ${found}`)
    expect(stdout).toContain('agentmem verify --repair')
    expect(code).toBe(1)

    const json = await agentmem(folder, ['verify', '--json'])
    expect([json.code, JSON.parse(json.stdout)]).toMatchObject([1, { ok: false, checked: 100 }])

    expect(await answerOf(folder, ['verify', '--repair'])).toMatchObject({ ...repaired, after: { ok: true } })
    expect((await agentmem(folder, ['verify'])).code).toBe(0)
  })

  test('--repair tells people what was wrong, what was done, and how it is now', async () => {
    const { code, stdout } = await agentmem(await damaged(removeTwo), ['verify', '--repair'])
    const lines = stdout.split('\n')
    expect(lines[0]).toContain('2 missing')
    expect(lines[1]).toBe('the index was repaired: 2 vectors written')
    expect(lines[2]).toBe('100 memories checked, the index holds exactly their vectors')
    expect(code).toBe(0)
  })
})

describe('a store whose pages are damaged', () => {
  async function damagedStore(): Promise<string> {
    const folder = await newFolder()
    await agentmem(folder, ['import', await sampleFile(folder, 400)])
    const path = join(folder, 'agentmem.db')
    const bytes = await readFile(path)
    await using file = await open(path, 'r+')
    for (let start = 4096; start < bytes.length; start += 4096) {
      if (bytes.subarray(start, start + 4096).includes('user-'))
        await file.write(Buffer.alloc(64, 255), 0, 64, start)
    }
    return folder
  }

  test('is told as such by --database, with what to do', async () => {
    const folder = await damagedStore()
    const { code, stdout, stderr } = await agentmem(folder, ['verify', '--database'])
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^the database is damaged, by pragma integrity_check; restore it from a backup/)
    expect(code).toBe(1)
    const repaired = await agentmem(folder, ['verify', '--database', '--repair', '--json'])
    expect([repaired.code, JSON.parse(repaired.stdout)]).toMatchObject([
      1,
      { found: { ok: false }, written: 0 },
    ])
  })

  test('fails a search with what to do', async () => {
    const { code, stderr } = await agentmem(await damagedStore(), ['search', 'tea', '--user', 'user-1'])
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^agentmem: .*damaged; restore it from a backup/),
    ])
  })

  test('beside it: one whose pages are whole is said to be whole', async () => {
    const folder = await newFolder()
    await agentmem(folder, ['import', await sampleFile(folder, 10)])
    const { code, stdout } = await agentmem(folder, ['verify', '--database'])
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^the database is whole, by pragma integrity_check\n/),
    ])
  })
})
