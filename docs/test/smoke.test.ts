import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import type { FreshFolder } from '@agentmem/conformance'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { command, node, pnpm, succeeded } from './command.ts'
import { compile } from './compile.ts'
import { firstFence } from './fences.ts'
import { packAll } from '../publish/pack-all.ts'

// What a reader of the README does first, outside the workspace and with the packages as they are published.
const example = firstFence('README.md', 'ts')
const output = firstFence('README.md', 'text', example.line)
/** Opens the index whose addon is compiled on installation. */
const addonExample = firstFence('packages/hnsw/README.md', 'ts')
const wanted = ['core', 'sqlite', 'hnsw', 'cli'].map(name => `@agentmem/${name}`)

describe("the README's first example, in an empty project", { timeout: 300_000 }, () => {
  let fresh: FreshFolder
  let folder: string
  let tarballs: Map<string, string>
  beforeAll(async () => {
    fresh = await freshFolder()
    folder = fresh.path
    tarballs = await packAll(join(folder, 'tarballs'))
  }, 120_000)
  afterAll(() => fresh.remove())

  test('type-checks, runs and prints what the README shows, installed with pnpm', async () => {
    const project = await pnpmProject('approved', 'allowBuilds:\n  hnswlib-node: true\n')
    await succeeded(pnpm(project, 'install'))
    expect(await compile(project)).toEqual([])
    expect(comparable(await run(project))).toBe(comparable(output.code))

    const bin = join(project, 'node_modules/.bin', process.platform === 'win32' ? 'agentmem.cmd' : 'agentmem')
    const help = await succeeded(command(project, bin, ['--help']))
    expect(help.stdout).toMatch(/Usage: agentmem COMMAND/)
  })

  test('names the command that builds the addon when pnpm was not allowed to, and that command mends it', async () => {
    const project = await pnpmProject('unapproved', '')
    const installed = await pnpm(project, 'install')
    expect(installed.stdout + installed.stderr).toContain('Ignored build scripts: hnswlib-node')
    await compile(project)
    expect(comparable(await run(project))).toBe(comparable(output.code))

    await succeeded(pnpm(project, ...(await commandInError(project, 'pnpm'))))
    await succeeded(node(project, 'out/addon.js'))
  })

  test('names the command that builds the addon when npm was told not to, and that command mends it', async () => {
    const project = await newProject('npm', {})
    const files = [...tarballs.values()]
    await succeeded(command(project, 'npm', ['install', '--ignore-scripts', '--no-audit', ...files]))
    await compile(project)
    expect(comparable(await run(project))).toBe(comparable(output.code))

    await succeeded(command(project, 'npm', await commandInError(project, 'npm')))
    await succeeded(node(project, 'out/addon.js'))
  })

  async function newProject(name: string, manifest: object): Promise<string> {
    const project = join(folder, name)
    await mkdir(project)
    await writeFile(
      join(project, 'package.json'),
      JSON.stringify({ private: true, type: 'module', ...manifest }),
    )
    await writeFile(join(project, 'example.ts'), example.code)
    await writeFile(join(project, 'addon.ts'), addonExample.code)
    return project
  }

  /** The overrides stand in for a registry: what the tarballs ask of each other is taken from the tarballs. */
  async function pnpmProject(name: string, settings: string): Promise<string> {
    const fileOf = (key: string): string => `file:${tarballs.get(key)}`
    const dependencies = Object.fromEntries(wanted.map(key => [key, fileOf(key)]))
    const project = await newProject(name, { dependencies })
    const overrides = [...tarballs.keys()].map(key => `  '${key}': '${fileOf(key)}'\n`).join('')
    await writeFile(join(project, 'pnpm-workspace.yaml'), `overrides:\n${overrides}${settings}`)
    return project
  }
})

async function run(project: string): Promise<string> {
  const { stdout } = await succeeded(node(project, 'out/example.js'))
  expect(existsSync(join(project, 'memories.db'))).toBe(true)
  return stdout
}

/** Runs the example that needs the addon, which must fail, and returns the command of that tool which its error puts in backticks. */
async function commandInError(project: string, tool: string): Promise<string[]> {
  const { code, stderr } = await node(project, 'out/addon.js')
  expect(code).toBe(1)
  expect(stderr).toContain("code: 'NOT_INSTALLED'")
  const message = /^MemoryError: (.*?)^ +at /ms.exec(stderr)?.[1] ?? ''
  const named = new RegExp(`\`${tool} ([^\`]+)\``).exec(message)?.[1]
  if (named === undefined) throw new Error(`The message names no ${tool} command in backticks: ${message}`)
  return named.split(' ')
}

/** Ids, times and numbers with a decimal point may differ from those in the README; nothing else may. */
function comparable(text: string): string {
  return text
    .trimEnd()
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/-?\d+\.\d+/g, '<number>')
}
