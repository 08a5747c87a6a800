import { openWithout } from '@agentmem/conformance'
import { join } from 'node:path'
import { expect, it } from 'vitest'

it('without the addon, opening names the commands that build it', { timeout: 30_000 }, async () => {
  const { code, message } = await openWithout({
    root: join(import.meta.dirname, '..'),
    name: 'hnsw',
    library: 'hnswlib-node',
    leaveOut: /^.(build|node_modules|src)/,
    beside: ['bindings', 'file-uri-to-path'],
    open: 'openHnswIndex',
    options: { dimensions: 2 },
  })
  expect(code).toBe('NOT_INSTALLED')
  expect(message).toMatch(/^hnswlib-node cannot be loaded .*Run: `pnpm approve-builds hnswlib-node`/)
  expect(message).toContain('npm rebuild hnswlib-node')
})
