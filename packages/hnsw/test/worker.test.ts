import { indexEntries } from '@agentmem/conformance'
import type { Scope } from '@agentmem/core/adapter'
import { openHnswIndex } from '@agentmem/hnsw'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const org: Scope = { orgId: 'acme' }
const entries = indexEntries(32, 3000, () => org)
const run = promisify(execFile)

/** Runs a script in a process of its own and returns what it printed. */
async function printed(script: string, cwd: string): Promise<string> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    cwd,
    timeout: 20_000,
  })
  return stdout.trim()
}

describe('the worker thread', () => {
  it('rejects what is pending and whatever comes later when it dies, and closes quietly', async () => {
    const created = once(process, 'worker')
    const index = await openHnswIndex({ dimensions: 32, exactUpTo: 0 })
    const [worker] = (await created) as [Worker]
    const died = expect.objectContaining({
      code: 'BACKEND',
      message: expect.stringMatching(/worker thread .* ended/),
    })
    const pending = expect(index.apply({ upserts: entries, deletes: [], cursor: 1 })).rejects.toEqual(died)
    await worker.terminate()
    await pending
    await expect(index.cursor()).rejects.toEqual(died)
    await index.close()
  })

  it(
    'does not keep a process alive when idle, but does while a call is pending',
    { timeout: 30_000 },
    async () => {
      const script = `
      import { openHnswIndex } from '@agentmem/hnsw'
      const index = await openHnswIndex({ dimensions: 2 })
      const scope = { orgId: 'acme' }
      void index.apply({ upserts: [{ id: 'a', scope, vector: Float32Array.of(1, 0) }], deletes: [], cursor: 7 })
      void index.cursor().then(cursor => console.log('cursor', cursor))
      void index.optimize().then(() => index.cursor()).then(cursor => console.log('then', cursor))
    `
      const lines = (await printed(script, import.meta.dirname)).split('\n')
      expect(lines.at(-1)).toBe('then 7')
    },
  )

  it('ends when the index is closed', async () => {
    const created = once(process, 'worker')
    const index = await openHnswIndex({ dimensions: 32 })
    const [worker] = (await created) as [Worker]
    const exited = once(worker, 'exit')
    await index.close()
    await exited
    await expect(index.cursor()).rejects.toMatchObject({ code: 'CLOSED' })
  })
})

describe('without the addon', () => {
  let directory: string
  beforeEach(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'agentmem-hnsw-')))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  it('opening names the commands that build it', { timeout: 30_000 }, async () => {
    const installed = join(import.meta.dirname, '..')
    const modules = join(directory, 'node_modules')
    const hnswlib = await realpath(join(installed, 'node_modules', 'hnswlib-node'))
    await mkdir(join(modules, '@agentmem'), { recursive: true })
    await cp(installed, join(modules, '@agentmem', 'hnsw'), {
      recursive: true,
      filter: source => !/node_modules|test/.test(source.slice(installed.length)),
    })
    await symlink(
      await realpath(join(installed, 'node_modules', '@agentmem', 'core')),
      join(modules, '@agentmem', 'core'),
    )
    await cp(hnswlib, join(modules, 'hnswlib-node'), {
      recursive: true,
      filter: source => !/^.(build|node_modules|src)/.test(source.slice(hnswlib.length)),
    })
    for (const name of ['bindings', 'file-uri-to-path']) {
      await symlink(await realpath(join(dirname(hnswlib), name)).catch(() => hnswlib), join(modules, name))
    }
    const script = `
      import { openHnswIndex } from '@agentmem/hnsw'
      await openHnswIndex({ dimensions: 2 }).catch(error => console.log(JSON.stringify({ code: error.code, message: error.message })))
    `
    const { code, message } = JSON.parse(await printed(script, directory)) as {
      code: string
      message: string
    }
    expect(code).toBe('NOT_INSTALLED')
    expect(message).toMatch(/^hnswlib-node cannot be loaded .*Run: `pnpm approve-builds hnswlib-node`/)
    expect(message).toContain('npm rebuild hnswlib-node')
  })
})
