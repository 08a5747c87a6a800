import { join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import { describe, expect, test } from 'vitest'
import { command } from './command.ts'
import type { Outcome } from './command.ts'
import { packages, root } from './workspace.ts'

const program = join(import.meta.dirname, 'embedded-memory.mjs')
const found = 'Grace plays the cello.'
const all = ['first, text', 'first, vector', 'again, text', 'again, vector']
  .map(way => `${way}: ${found}\n`)
  .join('')

/** The Node of an optional dependency, which is for Linux on x64 alone. */
function nodeOf(dependency: string): string {
  return join(root, 'docs/node_modules', dependency, 'bin/node')
}

const elsewhere = process.platform !== 'linux' || process.arch !== 'x64'
const reason = elsewhere ? ' (skipped: those Nodes are installed on Linux x64 alone)' : ''

async function run(node: string, parts: string): Promise<Outcome> {
  await using folder = await freshFolder()
  return await command(folder.path, node, [program, parts, folder.path])
}

describe.skipIf(elsewhere)(`Node 22.14, the floor${reason}`, { timeout: 120_000 }, () => {
  const node = nodeOf('node-floor')

  test('is the one that each package asks for', async () => {
    const { stdout } = await command(root, node, ['--version'])
    expect(stdout).toBe('v22.14.0\n')
    for (const { manifest } of packages)
      expect([manifest.name, manifest.engines?.['node']]).toEqual([manifest.name, '>=22.14'])
  })

  test.each(['sqlite+sqlite-vec', 'sqlite+usearch', 'pglite+usearch'])('runs a memory of %s', async parts => {
    const { code, stdout, stderr } = await run(node, parts)
    expect([code, stdout, stderr]).toEqual([0, all, ''])
  })
})

describe.skipIf(elsewhere)(`Node 22.13, below it${reason}`, { timeout: 120_000 }, () => {
  const node = nodeOf('node-below-floor')

  test.each(['sqlite+usearch', 'pglite+sqlite-vec'])(
    'is told by %s what it needs, and does not end without a word',
    async parts => {
      const { code, stdout, stderr } = await run(node, parts)
      expect([code, stderr]).toEqual([3, ''])
      expect(stdout).toMatch(/^UNSUPPORTED: .*needs Node 22\.14 or newer.* this is Node 22\.13\.1/)
    },
  )
})
