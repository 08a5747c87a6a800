import { freshFolder, indexEntries } from '@agentmem/conformance'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openSmall } from './open-small.ts'

const module = fileURLToPath(new URL('../dist/open-usearch-index.js', import.meta.url))

/** Few, so that the tests stay short; `npm run test:kills` makes it 20. */
const ends = Number(process.env['AGENTMEM_KILLS'] ?? 1)

/** Fills an index, keeps it busy with one kind of work, and ends the process while native code runs. */
const script = `
  import { indexEntries, queryVectors } from '@agentmem/conformance'
  import { readdirSync } from 'node:fs'
  const [, module, path, work, end] = process.argv
  const { openWithSettings } = await import(module)
  const dimensions = 256
  const settings = { path, dimensions, scanUpTo: 100, segmentRows: 2048, graphRows: 512, graphCost: 1, snapshotAfter: 500 }
  const index = await openWithSettings(() => settings)
  const scope = { orgId: 'acme' }
  const entries = indexEntries(dimensions, 4096, () => scope)
  const queries = queryVectors(dimensions, 100).map(vector => ({ vector, k: 10, scope }))
  const fill = () => index.apply({ upserts: entries, deletes: [], cursor: 1 })
  const works = {
    scan: async () => { for (;;) await index.search(queries) },
    build: async () => { for (;;) { await fill(); await index.optimize() } },
    ask: async () => { await index.optimize(); for (;;) await index.search(queries) },
  }
  await fill()
  void works[work]().catch(() => undefined)
  const isSaving = () => readdirSync(path).some(name => name.startsWith('graph'))
  while (work === 'build' && !isSaving()) await new Promise(resolve => setTimeout(resolve, 1))
  const after = work === 'ask' ? 1500 * Math.random() : 100 * Math.random()
  setTimeout(() => {
    if (end === 'exit') process.exit(7)
    if (end === 'signal') process.kill(process.pid, 'SIGTERM')
    if (end === 'error') throw new Error('of its own')
  }, work === 'build' ? 0 : after)
`

async function ended(work: string, end: string, path: string): Promise<{ code: unknown; errors: string }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, module, path, work, end], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { code: signal ?? code, errors }
}

describe.each(['scan', 'ask', 'build'])('while native code works (%s)', work => {
  it.each([
    ['exit', 7, ''],
    ['signal', 'SIGTERM', ''],
    ['error', 1, 'Error: of its own'],
  ])(
    'a process that ends by %s ends as it would',
    { timeout: 60_000 + ends * 30_000 },
    async (end, code, message) => {
      for (let i = 0; i < ends; i++) {
        const folder = await freshFolder()
        const outcome = await ended(work, end, folder.path)
        expect(outcome.code, outcome.errors).toBe(code)
        expect(outcome.errors).toContain(message)
        const index = await openSmall({ path: folder.path, dimensions: 256 })
        expect((await index.stats()).rebuiltBecause).toBeUndefined()
        await index.close()
        await folder.remove()
      }
    },
  )
})

it('an index that is closed while a graph is built gives the graph up', { timeout: 60_000 }, async () => {
  const index = await openSmall({ path: undefined, dimensions: 512 })
  const scope = { orgId: 'acme' }
  await index.apply({ upserts: indexEntries(512, 2000, () => scope), deletes: [], cursor: 1 })
  const optimizing = index.optimize()
  await Promise.all([optimizing, index.close()])
  await expect(index.cursor()).rejects.toMatchObject({ code: 'CLOSED' })
})
