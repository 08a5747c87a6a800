import { indexEntries } from '@agentmem/conformance'
import type { Scope } from '@agentmem/core/adapter'
import { openUsearchIndex } from '@agentmem/usearch'
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
    const index = await openUsearchIndex({ dimensions: 32 })
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
      import { openUsearchIndex } from '@agentmem/usearch'
      const index = await openUsearchIndex({ dimensions: 2 })
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
    const index = await openUsearchIndex({ dimensions: 32 })
    const [worker] = (await created) as [Worker]
    const exited = once(worker, 'exit')
    await index.close()
    await exited
    await expect(index.cursor()).rejects.toMatchObject({ code: 'CLOSED' })
  })
})

describe('without a binary', () => {
  let directory: string
  beforeEach(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'agentmem-usearch-')))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  it('opening names the platforms that have one, and what to do on others', { timeout: 30_000 }, async () => {
    const installed = join(import.meta.dirname, '..')
    const modules = join(directory, 'node_modules')
    const usearch = await realpath(join(installed, 'node_modules', 'usearch'))
    await mkdir(join(modules, '@agentmem'), { recursive: true })
    await cp(installed, join(modules, '@agentmem', 'usearch'), {
      recursive: true,
      filter: source => !/node_modules|test/.test(source.slice(installed.length)),
    })
    await symlink(
      await realpath(join(installed, 'node_modules', '@agentmem', 'core')),
      join(modules, '@agentmem', 'core'),
    )
    await cp(usearch, join(modules, 'usearch'), {
      recursive: true,
      filter: source => !/[.]node$|^.(include|numkong|cpp|c)\b/.test(source.slice(usearch.length)),
    })
    for (const name of ['bindings', 'node-gyp-build']) {
      await symlink(await realpath(join(dirname(usearch), name)), join(modules, name))
    }
    const script = `
      import { openUsearchIndex } from '@agentmem/usearch'
      await openUsearchIndex({ dimensions: 2 }).catch(error => console.log(JSON.stringify({ code: error.code, message: error.message })))
    `
    const { code, message } = JSON.parse(await printed(script, directory)) as {
      code: string
      message: string
    }
    expect(code).toBe('NOT_INSTALLED')
    expect(message).toMatch(
      /^usearch cannot be loaded .*No native build was found.*Run: `npm install usearch`/,
    )
    expect(message).toContain(`this is ${process.platform} on ${process.arch}`)
    expect(message).toContain('npm rebuild usearch')
  })
})
