import { openSqliteVecIndex } from '@agentmem/sqlite-vec'
import type { VectorIndex } from '@agentmem/core'
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
