import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { storedRecords } from '@agentmem/conformance'
import { openPgliteStore } from '@agentmem/pglite'
import { afterAll, beforeAll, expect, it } from 'vitest'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmem-pglite-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function openElsewhere(path: string): Promise<{ child: ChildProcess; line: string }> {
  const script = join(import.meta.dirname, 'pglite-process.mjs')
  const child = spawn(process.execPath, [script, path], { stdio: ['pipe', 'pipe', 'inherit'] })
  for await (const line of createInterface(child.stdout)) return { child, line }
  throw new Error('the process said nothing')
}

it('a folder is not opened again in its process, and nothing of the first Store is lost', async () => {
  const path = join(folder, 'one')
  const store = await openPgliteStore({ path })
  await store.put(storedRecords(3))
  await expect(openPgliteStore({ path })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(
      new RegExp(`The PGlite folder '${path}' is open already, in this process \\(${process.pid}\\)`),
    ) as string,
  })
  await store.close()
  await using again = await openPgliteStore({ path })
  expect((await again.stats()).memories).toBe(3)
}, 120_000)

it('a process that has it open is named; killed, it holds nothing, and what it wrote is there', async () => {
  const path = join(folder, 'two')
  const { child, line } = await openElsewhere(path)
  expect(line).toBe('opened')
  await expect(openPgliteStore({ path })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(
      new RegExp(`process ${child.pid} running .*pglite-process.mjs since`),
    ) as string,
  })
  child.kill('SIGKILL')
  await once(child, 'exit')
  await using store = await openPgliteStore({ path })
  expect((await store.stats()).memories).toBe(2)
}, 120_000)

it('of four processes that open a new folder at once one does', async () => {
  const all = await Promise.all(Array.from({ length: 4 }, () => openElsewhere(join(folder, 'four'))))
  expect(all.filter(({ line }) => line === 'opened')).toHaveLength(1)
  for (const { child } of all) child.kill('SIGKILL')
}, 120_000)

it('an opening that fails holds nothing', async () => {
  const path = join(folder, 'failed')
  const store = await openPgliteStore({ path })
  await store.close()
  const create = async (): Promise<never> => {
    throw new Error('no room')
  }
  await expect(openPgliteStore({ path, lib: { PGlite: { create } as never } })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('no room') as string,
  })
  await (await openPgliteStore({ path })).close()
  await writeFile(join(folder, 'file'), '')
  await expect(openPgliteStore({ path: join(folder, 'file') })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
}, 120_000)
