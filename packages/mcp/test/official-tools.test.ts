import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { freshFolder } from '@agentmem/conformance'
import { MapStore, Memory } from '@agentmem/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMemoryHandler, serveMemoryHttp } from '../src/index.ts'
import type { ServedHttp } from '../src/index.ts'
import { program } from './clients.ts'

const run = promisify(execFile)
const require = createRequire(import.meta.url)

/** The script behind a command of a package. */
function commandOf(name: string): string {
  const manifest = require.resolve(`${name}/package.json`)
  const { bin } = require(manifest) as { bin: Record<string, string> | string }
  const file = typeof bin === 'string' ? bin : Object.values(bin)[0]
  return join(dirname(manifest), String(file))
}

describe('the command line of the official inspector', () => {
  test('lists the tools and calls them', async () => {
    await using folder = await freshFolder()
    const inspect = async (...args: string[]): Promise<Record<string, unknown>> => {
      const script = commandOf('@modelcontextprotocol/inspector')
      const server = [process.execPath, program, '--user', 'ada']
      const env = { ...process.env, HOME: folder.path }
      const { stdout } = await run(process.execPath, [script, '--cli', ...server, ...args], { env })
      return JSON.parse(stdout) as Record<string, unknown>
    }
    const { tools } = await inspect('--method', 'tools/list')
    expect((tools as { name: string }[]).map(({ name }) => name)).toContain('search_memories')
    const call = ['--method', 'tools/call', '--tool-name']
    await inspect(...call, 'add_memory', '--tool-arg', 'texts=["Ada drinks tea"]')
    const found = await inspect(...call, 'search_memories', '--tool-arg', 'query=tea')
    expect(found).toMatchObject({ structuredContent: { memories: [{ memory: 'Ada drinks tea' }] } })
  })
})

describe('the official conformance scenarios that fit any server', () => {
  let memory: Memory
  let served: ServedHttp
  beforeAll(async () => {
    memory = await Memory.open({ store: new MapStore() })
    const handler = createMemoryHandler(memory, { tools: 'all', scopeOf: () => ({ userId: 'ada' }) })
    served = await serveMemoryHttp(handler, { port: 0 })
  })
  afterAll(async () => {
    await served.close()
    await memory.close()
  })

  // server-sse-multiple-streams would fit too, and checks nothing of a server without sessions.
  test.each([
    'server-initialize',
    'ping',
    'tools-list',
    'resources-list',
    'prompts-list',
    'dns-rebinding-protection',
  ])('%s', async scenario => {
    await using folder = await freshFolder()
    const script = commandOf('@modelcontextprotocol/conformance')
    const args = [script, 'server', '--url', served.url, '--scenario', scenario]
    // Its exit code is 1 when a check fails.
    const { stdout, stderr } = await run(process.execPath, args, { cwd: folder.path })
    expect(stdout + stderr).toMatch(/Passed: [1-9]\d*\/\d+, 0 failed/)
  })
})
