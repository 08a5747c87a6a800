import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'

/** Fills an index, keeps it busy, and ends the process while native code runs. */
const script = `
  import { indexEntries, queryVectors } from '@agentmem/conformance'
  import { openHnswIndex } from '@agentmem/hnsw'
  const [, work, end] = process.argv
  const index = await openHnswIndex({ dimensions: 256, exactUpTo: 0, efSearch: 2000 })
  const scope = { orgId: 'acme' }
  const entries = indexEntries(256, 3000, () => scope)
  await index.apply({ upserts: entries, deletes: [], cursor: 1 })
  const queries = queryVectors(256, 100).map(vector => ({ vector, k: 10, scope }))
  const keepBusy = async () => {
    for (;;) await (work === 'search' ? index.search(queries) : index.apply({ upserts: entries, deletes: [], cursor: 2 }))
  }
  void keepBusy()
  setTimeout(() => {
    if (end === 'exit') process.exit(7)
    throw new Error('of its own')
  }, 30 + 40 * Math.random())
`

async function ended(work: string, end: string): Promise<{ code: unknown; errors: string }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, work, end], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { code: signal ?? code, errors }
}

describe.each(['search', 'apply'])('while native code works on %s', work => {
  it('a process that exits ends with its own code', { timeout: 60_000 }, async () => {
    for (let i = 0; i < 4; i++) expect(await ended(work, 'exit')).toEqual({ code: 7, errors: '' })
  })

  it('an uncaught error ends the process with its own message', { timeout: 60_000 }, async () => {
    for (let i = 0; i < 2; i++) {
      const { code, errors } = await ended(work, 'error')
      expect(code).toBe(1)
      expect(errors).toContain('Error: of its own')
    }
  })
})
