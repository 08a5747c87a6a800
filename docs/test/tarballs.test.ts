import { existsSync, globSync } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { freshFolder } from '@agentmem/conformance'
import type { FreshFolder } from '@agentmem/conformance'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { command, succeeded } from './command.ts'
import { packAll } from '../publish/pack-all.ts'
import { furtherFiles, manifestOf, packages } from './workspace.ts'

let fresh: FreshFolder
let folder: string
let tarballs: ReadonlyMap<string, string>

beforeAll(async () => {
  fresh = await freshFolder()
  folder = fresh.path
  tarballs = await packAll(join(folder, 'tarballs'))
  for (const [name, tarball] of tarballs) {
    await mkdir(join(folder, name), { recursive: true })
    await succeeded(command(folder, 'tar', ['-xzf', tarball, '-C', name, '--strip-components=1']))
  }
}, 120_000)
afterAll(() => fresh.remove())

describe.each(packages.map(({ manifest }) => manifest.name))('the tarball of %s', name => {
  const unpacked = (): string => join(folder, name)
  const files = (): Promise<string[]> => readdir(unpacked(), { recursive: true })

  test('holds the code, its source, the licence and a README, and nothing else', async () => {
    const expected = ['LICENSE', 'README.md', 'dist', 'package.json', 'src', ...(furtherFiles[name] ?? [])]
    const found = (await readdir(unpacked())).filter(file => file !== 'CHANGELOG.md')
    expect(found.toSorted()).toEqual(expected.toSorted())
    expect((await files()).filter(file => /\.test\.|\.tsbuildinfo$|(^|\/)tests?\//.test(file))).toEqual([])
  })

  test('holds compiled code of its sources and of nothing older', async () => {
    const sources = (await files()).filter(file => /^src\/.*\.ts$/.test(file))
    const compiled = (await files()).filter(file => /^dist\/.*\.js$/.test(file))
    const expected = sources.map(file => file.replace(/^src(.*)\.ts$/, 'dist$1.js'))
    expect(compiled.toSorted()).toEqual(expected.toSorted())
  })

  test('holds every file that its source maps name', async () => {
    const maps = (await files()).filter(file => file.endsWith('.map'))
    expect(maps.length).toBeGreaterThan(0)
    for (const map of maps) {
      const { sources } = JSON.parse(await readFile(join(unpacked(), map), 'utf8')) as { sources: string[] }
      expect(sources.filter(source => !existsSync(join(unpacked(), dirname(map), source)))).toEqual([])
    }
  })

  test('holds every file that its package.json names, and none of the workspace protocols', () => {
    const manifest = manifestOf(unpacked())
    const exported = Object.values(manifest.exports ?? {}).flatMap(target =>
      typeof target === 'string' ? target : Object.values(target),
    )
    const named = [...exported, ...Object.values(manifest.bin ?? {})]
    // A pattern, such as './dist/*.js', names what it finds, and must find something.
    expect(named.filter(file => globSync(file, { cwd: unpacked() }).length === 0)).toEqual([])
    expect(JSON.stringify(manifest)).not.toMatch(/"(workspace|catalog):/)
  })

  test('has nothing that publint would say', async () => {
    const { messages } = await publint({ pkgDir: unpacked(), pack: false })
    const manifest = { ...manifestOf(unpacked()) }
    expect(messages.map(message => formatMessage(message, manifest))).toEqual([])
  })

  test('has types that every way to resolve an ES module finds', async () => {
    const tarball = await readFile(tarballs.get(name) ?? '')
    const checked = await checkPackage(createPackageFromTarballData(tarball))
    if (!checked.types) throw new Error('it has no types')
    // ES modules only, by design: what requires them, and what reads no exports, is told so.
    const meant = new Set(['CJSResolvesToESM'])
    const problems = checked.problems.filter(({ kind, ...where }) => {
      const resolution = 'resolutionKind' in where ? where.resolutionKind : undefined
      return !meant.has(kind) && resolution !== 'node10'
    })
    expect(problems).toEqual([])
  })
})
