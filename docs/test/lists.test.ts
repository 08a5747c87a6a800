import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import { describe, expect, onTestFinished, test } from 'vitest'
import { listedFiles } from '../lists/listed-files.ts'
import { markdownTable } from '../lists/markdown-table.ts'
import { replaceSection } from '../lists/marked-section.ts'
import { readPackages } from '../lists/read-packages.ts'
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

test('a table is lined up as the formatter does it', () => {
  expect(markdownTable(['a', 'name'], [['1', 'x']])).toBe('| a   | name |\n| --- | ---- |\n| 1   | x    |')
})
