import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import { describe, expect, onTestFinished, test } from 'vitest'
import { listedFiles } from '../lists/listed-files.ts'
import { markdownTable } from '../lists/markdown-table.ts'
import { replaceSection } from '../lists/marked-section.ts'
import { withPublishedFields } from '../lists/published-fields.ts'
import { readPackages } from '../lists/read-packages.ts'
import { node, succeeded } from './command.ts'
import { root } from './workspace.ts'

test.each(listedFiles(root))('$path is as the manifests say', ({ path, text }) => {
  const file = join(root, path)
  expect(existsSync(file) ? readFileSync(file, 'utf8') : '', 'run npm run lists').toBe(text)
})

describe('a section', () => {
  const text = 'a\n<!-- x: start, written -->\n\nold\n\n<!-- x: end -->\nb\n'

  test('is replaced between its marks, which stay', () => {
    expect(replaceSection(text, 'x', old => `${old}er $1`)).toBe(text.replace('old', () => 'older $1'))
  })

  test('that is missing is named', () => {
    expect(() => replaceSection(text, 'y', () => '')).toThrow('<!-- y: start -->')
  })
})

describe('a manifest', () => {
  const manifest = { part: 'index', scheme: 'a', open: 'openA', from: 'path', about: 'the VectorIndex on a' }
  const read = async (...manifests: readonly object[]): Promise<() => unknown> => {
    const { path: folder, remove } = await freshFolder()
    onTestFinished(remove)
    const all = [{}, ...manifests.map(agentmem => ({ agentmem }))]
    for (const [i, packageJson] of all.entries()) {
      const place = join(folder, 'packages', ['cli', 'a', 'b'][i] ?? '')
      await mkdir(place, { recursive: true })
      await writeFile(join(place, 'package.json'), JSON.stringify(packageJson))
    }
    return () => readPackages(folder)
  }

  test.each([
    ['without words about it', { ...manifest, about: '' }, 'packages/a/package.json: "agentmem" needs about'],
    ['of no known part', { ...manifest, part: 'cache' }, 'another part than store, index, embedder'],
    ['of no known form', { ...manifest, from: 'uri' }, 'another from than url, path'],
    ['of another scheme', { ...manifest, scheme: 'b' }, 'another scheme than the folder'],
  ])('%s is refused', async (_what, wrong, message) => {
    expect(await read(wrong)).toThrow(message)
  })

  test('with the alias of another is refused', async () => {
    expect(await read({ ...manifest, alias: 'b' }, { ...manifest, scheme: 'b' })).toThrow("alias 'b'")
  })
})

describe('what a registry shows of a package', () => {
  const address = 'https://example.com/someone/agentmem'
  const workspace = {
    homepage: `${address}#readme`,
    bugs: `${address}/issues`,
    author: 'Someone',
    repository: { type: 'git', url: `git+${address}.git` },
  }
  const [, listed] = readPackages(root)
  if (listed === undefined) throw new Error('there is one package only')
  const file = join(root, 'packages', listed.folder, 'package.json')
  const old = readFileSync(file, 'utf8')

  test('comes from the package.json of the workspace, with the folder of the package', () => {
    const { repository, ...others } = workspace
    expect(JSON.parse(withPublishedFields(old, workspace, listed))).toMatchObject({
      ...others,
      repository: { ...repository, directory: `packages/${listed.folder}` },
    })
    const short = withPublishedFields(old, { repository: 'github:someone/agentmem' }, listed)
    expect(JSON.parse(short).repository).toMatchObject({ url: 'github:someone/agentmem' })
  })

  test('goes again where the workspace no longer says it, and changes nothing else', () => {
    expect(withPublishedFields(withPublishedFields(old, workspace, listed), {}, listed)).toBe(old)
  })

  test('stands where the formatter has it', async () => {
    const { path: folder, remove } = await freshFolder()
    onTestFinished(remove)
    await writeFile(join(folder, 'package.json'), withPublishedFields(old, workspace, listed))
    await succeeded(node(folder, join(root, 'node_modules/oxfmt/bin/oxfmt'), '--check', 'package.json'))
  })

  test('says what part the package is', () => {
    for (const { folder, manifest } of readPackages(root)) {
      const { keywords } = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'))
      const part =
        manifest && { store: 'store', index: 'vector-index', embedder: 'embeddings' }[manifest.part]
      expect(keywords).toEqual(expect.arrayContaining(['memory', folder, ...(part ? [part] : [])]))
    }
  })
})

test('a table is lined up as the formatter does it', () => {
  expect(markdownTable(['a', 'name'], [['1', 'x']])).toBe('| a   | name |\n| --- | ---- |\n| 1   | x    |')
})
