import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { furtherFiles, type Manifest, packages, root, sourceFiles } from './workspace.ts'

const named = packages.map(({ manifest, folder }) => [manifest.name, manifest, folder] as const)
describe.each(named)('%s', (name, manifest, folder) => {
  test('says what it is and where it runs', () => {
    expect(manifest).toMatchObject({
      name: expect.stringMatching(/^@agentmem\/[a-z][a-z0-9-]*$/) as string,
      description: expect.stringMatching(/^.{20,}$/) as string,
      license: 'MIT',
      type: 'module',
      sideEffects: false,
      engines: { node: '>=22.14' },
      files: [...(furtherFiles[name] ?? []), 'dist', 'src', '!**/*.tsbuildinfo'],
      publishConfig: { access: 'public' },
    })
  })

  test('has its main entry, unless it is a command alone, and its package.json as exports', () => {
    const main = { types: './dist/index.d.ts', default: './dist/index.js' }
    const entry = existsSync(join(folder, 'src/index.ts')) || manifest.bin === undefined ? { '.': main } : {}
    expect(manifest.exports).toMatchObject({ ...entry, './package.json': './package.json' })
  })

  test('takes other packages from the catalog or from the workspace', () => {
    const ranges = Object.entries(allDependencies(manifest))
    const peers = manifest.peerDependencies ?? {}
    // A peer may have more major versions than the one that is installed here.
    const known = (name: string, range: string): boolean =>
      range === 'catalog:' ||
      range === 'workspace:^' ||
      (name in peers && /^\^\d+\.0\.0( \|\| \^\d+\.0\.0)+$/.test(range))
    expect(ranges.filter(([name, range]) => !known(name, range))).toEqual([])
  })
})

test('no README of a package has anything left to write', () => {
  const unwritten = packages.filter(({ folder }) =>
    /\bTODO\b/.test(readFileSync(join(folder, 'README.md'), 'utf8')),
  )
  expect(unwritten.map(({ manifest }) => manifest.name)).toEqual([])
})

test('no package depends on itself through others', () => {
  const needs = new Map(
    packages.map(({ manifest }) => [manifest.name, Object.keys(manifest.dependencies ?? {})] as const),
  )
  const cycleFrom = (name: string, path: readonly string[]): string[] =>
    path.includes(name)
      ? [[...path, name].join(' > ')]
      : (needs.get(name) ?? []).flatMap(next => cycleFrom(next, [...path, name]))
  expect([...needs.keys()].flatMap(name => cycleFrom(name, []))).toEqual([])
})

describe('the files of the workspace', () => {
  const files = sourceFiles()
  const code = files.filter(file => /\.(ts|mjs)$/.test(file))

  test('name no package registry', () => {
    const registry = /\bregistry\.[a-z0-9-]+\.|^\s*registry\s*=|^\s+resolution:.*\btarball: *http/m
    expect(files.filter(file => registry.test(readFileSync(join(root, file), 'utf8')))).toEqual([])
  })

  test('have at most 300 lines of code each', () => {
    const lines = (file: string): number =>
      readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length
    const long = code.map(file => [file, lines(file)] as const).filter(([, count]) => count > 300)
    expect(long).toEqual([])
  })

  test('run on Node 22 where nothing compiles them: without `using`', () => {
    const scripts = code.filter(file => file.startsWith('benchmarks/'))
    const using = /^\s*(await )?using \w/m
    expect(scripts.filter(file => using.test(readFileSync(join(root, file), 'utf8')))).toEqual([])
  })

  test('are named after what they hold, in kebab-case', () => {
    const vague = /^(utils?|helpers?|managers?|types?|common|misc)\b/
    const badName = (name: string): boolean => !/^[a-z0-9-]+(\.(test|bench|config|d))?\.(ts|mjs)$/.test(name)
    expect(code.filter(file => vague.test(basename(file)) || badName(basename(file)))).toEqual([])
  })

  test('have no barrel but the index.ts of a package', () => {
    // The name under which VitePress looks for a theme.
    const theme = 'docs/.vitepress/theme/index.ts'
    const barrels = code.filter(file => basename(file) === 'index.ts' && file !== theme)
    expect(barrels.filter(file => !/^(packages\/[^/]+|testcontainers)\/src\/index\.ts$/.test(file))).toEqual(
      [],
    )
  })
})

function allDependencies(manifest: Manifest): Record<string, string> {
  return {
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
  }
}
