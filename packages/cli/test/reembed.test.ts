import { openSqliteStore } from '@agentmem/sqlite'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { agentmem, answerOf, newFolder, startAgentmem } from './run-agentmem.ts'
import { sampleFile } from './sample-lines.ts'

async function filled(count: number): Promise<string> {
  const folder = await newFolder()
  await agentmem(folder, ['import', await sampleFile(folder, count), '--embedder', 'hash'])
  return folder
}

describe('reembed', () => {
  test('moves the store to a model of other dimensions, and the index with it', async () => {
    const folder = await filled(100)
    const before = await agentmem(folder, ['stats', '--embedder', 'hash:64'])
    expect(before.code).toBe(1)
    expect(before.stderr).toContain("'agentmem reembed' moves the store to it")

    const { code, stdout, stderr } = await agentmem(folder, ['reembed', '--embedder', 'hash:64'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe('100 memories moved to hash-v2-64, 100 texts were embedded for it\n')
    const verified = await agentmem(folder, ['verify', '--embedder', 'hash:64'])
    expect(verified.stdout).toBe('100 memories checked, the index holds exactly their vectors\n')
    expect((await agentmem(folder, ['verify', '--embedder', 'hash'])).code).toBe(1)

    const again = await answerOf(folder, ['reembed', '--embedder', 'hash:64'])
    expect(again).toEqual({ model: 'hash-v2-64', memories: 0, embedded: 0 })
  })

  test('refuses a store that is not there, and operands', async () => {
    const folder = await newFolder()
    const missing = await agentmem(folder, ['reembed', '--embedder', 'hash:64'])
    expect([missing.code, missing.stdout]).toEqual([1, ''])
    expect(missing.stderr).toContain('There is no store at')
    expect((await agentmem(folder, ['reembed', 'hash:64'])).code).toBe(2)
  })

  test('that is stopped leaves a usable store, and continues when it is run again', async () => {
    const folder = await filled(3_000)
    const { child, ended } = startAgentmem(folder, ['reembed', '--embedder', 'hash:64', '--batch-size', '1'])
    {
      await using store = await openSqliteStore({ path: join(folder, 'agentmem.db') })
      while ((await store.readMeta(['agentmem:staged']))[0] === undefined) {
        await new Promise(resolve => setTimeout(resolve, 2))
      }
    }
    child.kill('SIGINT')
    const { code } = await ended
    expect(code).toBe(130)
    const { ok, checked } = await answerOf(folder, ['verify'])
    expect({ ok, checked }).toEqual({ ok: true, checked: 3_000 })
    const { memories } = await answerOf(folder, ['reembed', '--embedder', 'hash:64'])
    expect(memories).toBe(3_000)
  })
})
