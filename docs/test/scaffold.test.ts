import { existsSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listedFiles, writeLists } from '../lists/listed-files.ts'
import { parseLibrary, withLibrary } from '../scaffold/catalog.ts'
import { scaffold } from '../scaffold/scaffold.ts'
import { node, succeeded } from './command.ts'
import { linkLibraries, workspaceCopy } from './workspace-copy.ts'
import { root } from './workspace.ts'

const newPackage = join(root, 'docs/scaffold/new-package.ts')
const tool = (path: string): string => join(root, 'node_modules', path)
/** A short name, a long one that wraps lines, and one between. */
const packages = [
  { part: 'store', name: 'new-db', library: [] },
  { part: 'index', name: 'new-index-with-a-very-long-na', library: ['--library', 'left-pad@^1.3.0'] },
  { part: 'embedder', name: 'new-model', library: [] },
]
const names = packages.map(({ name }) => name)

let copy: string
beforeAll(async () => {
  copy = await workspaceCopy()
})
afterAll(() => rm(copy, { recursive: true, force: true, maxRetries: 3 }))

const textOf = (file: string): string => readFileSync(join(copy, file), 'utf8')

describe('npm run new', { timeout: 240_000 }, () => {
  test('writes a package of each kind, and says what to run next', async () => {
    for (const { part, name, library } of packages) {
      const { stdout } = await succeeded(node(copy, newPackage, part, name, ...library))
      expect(stdout).toContain(`packages/${name} is written`)
      expect(stdout).toMatch(/npx pnpm@\S+ install/)
      await linkLibraries(copy, name)
    }
  })

  test('names them in every list', () => {
    for (const { path, text } of listedFiles(copy)) {
      expect(textOf(path)).toBe(text)
      if (/^packages\/[^/]+\/package\.json$/.test(path)) continue
      for (const name of names) expect(text, path).toContain(name)
    }
  })

  test('puts the library into the catalog, and into the package', () => {
    expect(textOf('pnpm-workspace.yaml')).toContain('\n  left-pad: ^1.3.0\n')
    expect(JSON.parse(textOf(`packages/${names[1]}/package.json`))).toMatchObject({
      dependencies: { '@agentmem/core': 'workspace:^', 'left-pad': 'catalog:' },
      agentmem: { part: 'index', scheme: names[1], libraries: ['left-pad'] },
    })
  })

  test('writes code that compiles, and passes the formatter and the linter', async () => {
    for (const name of names) {
      await succeeded(node(copy, tool('typescript/bin/tsc'), '-p', `packages/${name}`))
      await succeeded(node(copy, tool('typescript/bin/tsc'), '-p', `packages/${name}/test`))
    }
    const folders = names.flatMap(name => [`packages/${name}/src`, `packages/${name}/test`])
    const others = names.flatMap(name => [`packages/${name}/package.json`, `packages/${name}/README.md`])
    await succeeded(node(copy, tool('oxfmt/bin/oxfmt'), '--check', ...folders, ...others))
    await succeeded(node(copy, tool('oxlint/bin/oxlint'), '--deny-warnings', ...folders))
  })

  test('writes a conformance test that fails until the package is written', async () => {
    const args = ['run', '--config', 'vitest.config.mjs', '--reporter=json', '--outputFile=report.json']
    const { code } = await node(copy, tool('vitest/vitest.mjs'), ...args)
    const report = JSON.parse(textOf('report.json')) as Report
    expect(code).toBe(1)
    for (const name of names) {
      const file = report.testResults.find(result => result.name.includes(`/packages/${name}/`))
      const failures = file?.assertionResults.flatMap(({ failureMessages }) => failureMessages) ?? []
      expect(failures.join('\n'), name).toMatch(/has no \w+ yet/)
    }
  })

  test('refuses a name that is taken, and writes nothing', async () => {
    const before = textOf('packages/new-db/package.json')
    const { code, stderr } = await node(copy, newPackage, 'index', 'new-db')
    expect([code, stderr]).toEqual([2, "'new-db' is taken\n"])
    expect(textOf('packages/new-db/package.json')).toBe(before)
  })

  test.each(['', 'index', 'cache new-cache', 'index new-a new-b', 'index new-a --x'])(
    "refuses the command line '%s'",
    async line => {
      const { code, stderr } = await node(copy, newPackage, ...line.split(' ').filter(Boolean))
      expect([code, stderr]).toEqual([2, expect.stringMatching(/npm run new|--x/) as string])
    },
  )

  test('leaves nothing in the lists once the packages are gone', async () => {
    for (const name of names) await rm(join(copy, 'packages', name), { recursive: true })
    expect(writeLists(copy)).not.toEqual([])
    for (const { path } of listedFiles(copy))
      expect(textOf(path), path).toBe(readFileSync(join(root, path), 'utf8'))
    expect(writeLists(copy)).toEqual([])
  })
})

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly { readonly failureMessages: readonly string[] }[]
  }[]
}

test.each(['', 'a', 'Qdrant', 'my_db', '../db', 'a.b', '-db', 'db-', 'a--b', '2db', 'x'.repeat(31)])(
  "'%s' is no name",
  name => {
    expect(() => scaffold(root, { part: 'index', name })).toThrow(`'${name}' is no name`)
  },
)

test.each(['sqlite', 'postgresql', 'core', 'exact', 'hash'])("'%s' is taken", name => {
  expect(() => scaffold(root, { part: 'index', name })).toThrow(`'${name}' is taken`)
})

describe('the catalog', () => {
  const catalog =
    "packages:\n  - x\n\ncatalog:\n  '@a/b': ^1.0.0\n  kysely: ^2.0.0\n\nallowBuilds:\n  x: true\n"

  test.each([
    ['@a/c', "\n  '@a/b': ^1.0.0\n  '@a/c': ^9.0.0\n  kysely: ^2.0.0\n\n"],
    ['abc', "\n  '@a/b': ^1.0.0\n  abc: ^9.0.0\n  kysely: ^2.0.0\n\n"],
    ['zod', '\n  kysely: ^2.0.0\n  zod: ^9.0.0\n\n'],
  ])('gets %s in its place', (name, part) => {
    const text = withLibrary(catalog, { name, range: '^9.0.0' })
    expect(text).toContain(part)
    expect(text.replace(/^.*\^9\.0\.0\n/m, '')).toBe(catalog)
  })

  test('keeps the version of a library that is there', () => {
    expect(withLibrary(catalog, { name: 'kysely', range: '^9.0.0' })).toBe(catalog)
  })

  test('takes a library with its range', () => {
    expect(parseLibrary('@a/b@~1.2.3')).toEqual({ name: '@a/b', range: '~1.2.3' })
    expect(() => parseLibrary('a; rm -rf')).toThrow('--library takes a package')
  })
})

test('nothing was written beside the copy', () => {
  for (const name of names) expect(existsSync(join(root, 'packages', name))).toBe(false)
})
