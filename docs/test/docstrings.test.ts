import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import { describe, expect, test } from 'vitest'
import { compile } from './compile.ts'
import { type Documented, publicFace } from './public-face.ts'
import { root } from './workspace.ts'

const entries = {
  '@agentmem/core': 'index.ts',
  '@agentmem/core/import': 'import.ts',
  '@agentmem/core/open': 'open.ts',
}
const documented = Object.values(entries).flatMap(publicFace)
const calls = documented.filter(({ isCall }) => isCall)

/** What the examples are about, beside what they make themselves. */
const setting = `
import { createReadStream } from 'node:fs'
import { ExactIndex, HashEmbedder, MapStore, Memory, MemoryError, memoryErrorCodes } from '@agentmem/core'
import type { Embedder, Store } from '@agentmem/core'
import { importFormats, readItems } from '@agentmem/core/import'
import { openFromAddresses, openMemory, redacted, redactUrls } from '@agentmem/core/open'
`

test('finds what core exports, and the members of all of it', () => {
  const names = documented.map(({ name }) => name)
  for (const name of [
    'Memory.open',
    'Memory.add',
    'Memory.search',
    'Memory.copyTo',
    'MemoryError.is',
    'readItems',
  ])
    expect(names).toContain(name)
  for (const name of [
    'MemoryOptions.store',
    'SearchOptions.topK',
    'Store.put',
    'Json',
    'memoryErrorCodes',
    'Signals.add',
  ])
    expect(names).toContain(name)
  expect(documented.length).toBeGreaterThan(450)
  expect(calls.length).toBeGreaterThan(40)
})

describe('every export of core, and every member of one', () => {
  const without = (passes: (entry: Documented) => boolean) =>
    documented.filter(entry => !passes(entry)).map(({ name }) => name)

  test('has a docstring', () => {
    expect(without(({ doc }) => doc !== undefined && doc.trim().length > 5)).toEqual([])
  })

  test('says, where it may be left out, what holds then', () => {
    const says = /default|absent|left out|undefined|only with|with `/i
    expect(without(({ isOptional, doc }) => !isOptional || says.test(doc ?? ''))).toEqual([])
  })

  test('has an example, where it is a call', () => {
    expect(without(({ isCall, doc }) => !isCall || examplesIn(doc).length > 0)).toEqual([])
  })
})

test('every example compiles', { timeout: 120_000 }, async () => {
  await using folder = await freshFolder()
  await symlink(join(root, 'docs/node_modules'), join(folder.path, 'node_modules'))
  await writeFile(join(folder.path, 'package.json'), '{ "type": "module" }')
  const examples = documented.flatMap(({ name, doc }) => examplesIn(doc).map(code => ({ name, code })))
  for (const [i, { name, code }] of examples.entries()) {
    await writeFile(join(folder.path, `${i}-${name.replaceAll(/\W/g, '-')}.ts`), programOf(code))
  }
  expect(examples.length).toBeGreaterThan(40)
  expect(await compile(folder.path)).toEqual([])
})

/** The code of each `@example` of a docstring. */
function examplesIn(doc = ''): string[] {
  return doc
    .split(/^@example *$/m)
    .slice(1)
    .map(text => text.split(/^@\w/m)[0]?.trim() ?? '')
}

/** A program that declares what an example takes for given. Imports of its own stay where they are. */
function programOf(code: string): string {
  const given = { memory: 'Memory', other: 'Memory', store: 'Store', embedder: 'Embedder' }
  const made = (name: string): boolean =>
    new RegExp(`(const|using) ({[^}]*\\b${name}\\b[^}]*}|${name}\\b)`).test(code)
  const declared = Object.entries(given).filter(([name]) => !made(name))
  const body = code.replaceAll(/^import .*$/gm, '')
  return `${setting}\n${declared.map(([name, type]) => `declare const ${name}: ${type}`).join('\n')}\nexport {}\n${body}\n`
}
