import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { manifestOf, packages, root } from './workspace.ts'

const document = readFileSync(join(root, 'docs/guarantees.md'), 'utf8')

/** A test that the page names: the words of the link, and the file that it leads to. */
const named = Array.from(
  document.matchAll(/\[([^\]]+)\]\(\.\.\/([^)]+\.ts)\)/g),
  ([, title = '', file = '']) => ({
    title,
    file,
  }),
)

/** The rows of the tables, without their heads. */
const rows = document
  .split('\n')
  .filter(line => line.startsWith('|') && !/^\| ?-/.test(line) && !/held by *\|$/.test(line))

/** Whether a file has it as the name of a test, of a case or of a fault: a string, or a key, that it begins or is. */
function isThere(title: string, source: string): boolean {
  const words = title.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`(?:['"\`}] ?|\\n +)${words}(?:['"\`:]| \\()`).test(source)
}

describe('docs/guarantees.md', () => {
  test('names tests that are there', () => {
    const missing = named.filter(({ title, file }) => {
      const path = join(root, file)
      return !existsSync(path) || !isThere(title, readFileSync(path, 'utf8'))
    })
    expect(missing).toEqual([])
    expect(named.length).toBeGreaterThan(40)
  })

  test('has a test in every row', () => {
    expect(rows.length).toBeGreaterThan(15)
    expect(rows.filter(row => !/\]\(\.\.\/[^)]+\.ts\)/.test(row))).toEqual([])
  })

  test('has a row for every store and every index', () => {
    const parts = packages.flatMap(({ folder }) => {
      const { agentmem } = manifestOf(folder) as { agentmem?: { part?: string; scheme?: string } }
      return agentmem?.part === 'store' || agentmem?.part === 'index' ? [agentmem.scheme ?? ''] : []
    })
    expect(parts.length).toBeGreaterThan(8)
    expect(parts.filter(scheme => !document.includes(`\n| \`${scheme}\``))).toEqual([])
  })

  test.each([
    ['a test that is not there', false],
    ['tenants', true],
  ])('finds %s in a file: %s', (title, expected) => {
    const faults = readFileSync(join(root, 'benchmarks/torture/faults.ts'), 'utf8')
    expect(isThere(title, faults)).toBe(expected)
  })
})
