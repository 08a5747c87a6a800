import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { listedFiles } from '../lists/listed-files.ts'
import { markdownTable } from '../lists/markdown-table.ts'
import { replaceSection } from '../lists/marked-section.ts'
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

test('a table is lined up as the formatter does it', () => {
  expect(markdownTable(['a', 'name'], [['1', 'x']])).toBe('| a   | name |\n| --- | ---- |\n| 1   | x    |')
})
