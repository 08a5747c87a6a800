import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import type { FreshFolder } from '@agentmem/conformance'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { command, node, pnpm, succeeded } from './command.ts'
import { compile } from './compile.ts'
import { firstFence } from './fences.ts'
import { packAll } from '../publish/pack-all.ts'
import { root } from './workspace.ts'

// What a reader of the README does first, outside the workspace and with the packages as they are published.
const example = firstFence('README.md', 'ts')
const output = firstFence('README.md', 'text', example.line)
const exampleOf = { hnsw: codeOf('hnsw'), usearch: codeOf('usearch') }
const wanted = ['core', 'sqlite', 'sqlite-vec', 'cli'].map(name => `@agentmem/${name}`)
const required = (process.env['AGENTMEM_REQUIRE'] ?? '').split(',').includes('hnsw')

function codeOf(name: string): string {
  return firstFence(`packages/${name}/README.md`, 'ts').code
}

describe('the packages, in an empty project', { timeout: 300_000 }, () => {
  let fresh: FreshFolder
  let folder: string
  let tarballs: Map<string, string>
  beforeAll(async () => {
    fresh = await freshFolder()
    folder = fresh.path
    tarballs = await packAll(join(folder, 'tarballs'))
  }, 120_000)
  afterAll(() => fresh.remove())

  test("run the README's first example and the command, installed with pnpm, which finds no script to approve", async () => {
    const project = await pnpmProject('plain', example.code, { direct: wanted })
    await succeeded(pnpm(project, 'install'))
    expect(await compile(project)).toEqual([])
    for (let times = 0; times < 2; times++) expect(await run(project)).toBe(output.code)

    const bin = join(project, 'node_modules/.bin', process.platform === 'win32' ? 'agentmem.cmd' : 'agentmem')
    const help = await succeeded(command(project, bin, ['--help']))
    expect(help.stdout).toMatch(/Usage: agentmem COMMAND/)
    await writeFile(join(project, 'notes.jsonl'), '"Ada drinks green tea."\n')
    await succeeded(command(project, bin, ['import', 'notes.jsonl', '--embedder', 'hash', '--user', 'ada']))
    expect(existsSync(join(project, 'agentmem.vectors-384.db'))).toBe(true)
  })

  test('open usearch with its script refused, by pnpm with the one line of its README', async () => {
    const settings = firstFence('packages/usearch/README.md', 'yaml').code
    const direct = ['@agentmem/usearch']
    const refused = await pnpmProject('untold', exampleOf.usearch, { direct })
    const untold = await pnpm(refused, 'install')
    expect([untold.code, untold.stdout + untold.stderr]).toEqual([1, expect.stringContaining('usearch')])
    await compile(refused)
    await succeeded(node(refused, 'out/example.js'))

    const project = await pnpmProject('told', exampleOf.usearch, { direct, settings })
    await succeeded(pnpm(project, 'install'))
    expect(await compile(project)).toEqual([])
    await succeeded(node(project, 'out/example.js'))
  })

  test.each([
    ['npm-all', []],
    ['npm-no-scripts', ['--ignore-scripts']],
  ])('open usearch, installed with npm, %s', async (name, flags) => {
    const project = await newProject(name, exampleOf.usearch)
    const files = ['core', 'usearch'].map(key => tarballs.get(`@agentmem/${key}`) ?? '')
    await succeeded(command(project, 'npm', ['install', '--no-audit', ...flags, ...files]))
    await compile(project)
    await succeeded(node(project, 'out/example.js'))
  })

  describe('with an addon that is compiled', () => {
    beforeEach(async context => {
      const { code, stderr } = await compiled
      context.skip(code !== 0 && !required, `hnswlib-node was not compiled here: ${stderr.slice(0, 200)}`)
    })

    test('name the command that builds it when pnpm was not allowed to, and that command mends it', async () => {
      const project = await pnpmProject('unapproved', exampleOf.hnsw, { direct: ['@agentmem/hnsw'] })
      const installed = await pnpm(project, 'install')
      expect(installed.stdout + installed.stderr).toContain('Ignored build scripts: hnswlib-node')
      await compile(project)
      await succeeded(pnpm(project, ...(await commandInError(project, 'pnpm'))))
      await succeeded(node(project, 'out/example.js'))
    })

    test('name the command that builds it when npm was told not to, and that command mends it', async () => {
      const project = await newProject('npm', exampleOf.hnsw)
      const files = ['core', 'hnsw'].map(key => tarballs.get(`@agentmem/${key}`) ?? '')
      await succeeded(command(project, 'npm', ['install', '--ignore-scripts', '--no-audit', ...files]))
      await compile(project)
      await succeeded(command(project, 'npm', await commandInError(project, 'npm')))
      await succeeded(node(project, 'out/example.js'))
    })
  })

  async function newProject(name: string, code: string, manifest: object = {}): Promise<string> {
    const project = join(folder, name)
    await mkdir(project)
    await writeFile(
      join(project, 'package.json'),
      JSON.stringify({ private: true, type: 'module', ...manifest }),
    )
    await writeFile(join(project, 'example.ts'), code)
    return project
  }

  /** The overrides stand in for a registry: what the tarballs ask of each other is taken from the tarballs. */
  async function pnpmProject(
    name: string,
    code: string,
    { direct, settings = '' }: { direct: readonly string[]; settings?: string },
  ): Promise<string> {
    const fileOf = (key: string): string => `file:${tarballs.get(key)}`
    const dependencies = Object.fromEntries(direct.map(key => [key, fileOf(key)]))
    const project = await newProject(name, code, { dependencies })
    const overrides = [...tarballs.keys()].map(key => `  '${key}': '${fileOf(key)}'\n`).join('')
    await writeFile(join(project, 'pnpm-workspace.yaml'), `overrides:\n${overrides}${settings}`)
    return project
  }
})

/** Whether the workspace could compile the addon. */
const compiled = node(join(root, 'packages/hnsw'), '-e', "require('hnswlib-node')")

async function run(project: string): Promise<string> {
  const { stdout } = await succeeded(node(project, 'out/example.js'))
  expect(existsSync(join(project, 'memories.db'))).toBe(true)
  return stdout
}

/** Runs the example that needs the addon, which must fail, and returns the command of that tool which its error puts in backticks. */
async function commandInError(project: string, tool: string): Promise<string[]> {
  const { code, stderr } = await node(project, 'out/example.js')
  expect(code).toBe(1)
  expect(stderr).toContain("code: 'NOT_INSTALLED'")
  const message = /^MemoryError: (.*?)^ +at /ms.exec(stderr)?.[1] ?? ''
  const named = new RegExp(`\`${tool} ([^\`]+)\``).exec(message)?.[1]
  if (named === undefined) throw new Error(`The message names no ${tool} command in backticks: ${message}`)
  return named.split(' ')
}
