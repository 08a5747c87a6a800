import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { manifestOf, packages, root } from './workspace.ts'

const textOf = (document: string): string => readFileSync(join(root, document), 'utf8')
const foldersOf = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter(entry => entry.isDirectory() && !/^(\..*|node_modules|dist|coverage)$/.test(entry.name))
    .map(({ name }) => name)

/** What npm runs without `run`. */
const short = new Set(['start', 'test'])

describe('CONTRIBUTING.md', () => {
  const text = textOf('CONTRIBUTING.md')
  const layout = /^```text\n(.*?)^```/ms.exec(text)?.[1] ?? ''
  /** Name and indentation of each folder in the layout. */
  const named = [...layout.matchAll(/^( *)([\w-]+)\/ */gm)].map(([, indent = '', name = '']) => ({
    indent,
    name,
  }))

  test('has each package in its layout, and no other', () => {
    const inLayout = named.filter(({ indent }) => indent !== '').map(({ name }) => name)
    expect(inLayout.toSorted()).toEqual(foldersOf('packages').toSorted())
  })

  test('has each folder of the workspace in its layout, and no other', () => {
    const inLayout = named.filter(({ indent }) => indent === '').map(({ name }) => name)
    expect(inLayout.toSorted()).toEqual(foldersOf('.').toSorted())
  })

  test('has each command of package.json in its table, and no other', () => {
    const commands = [...text.matchAll(/^\| `npm (?:run )?([\w:]+)`/gm)].map(match => match[1] ?? '')
    const { scripts } = manifestOf(root)
    expect(commands.toSorted()).toEqual(Object.keys(scripts ?? {}).toSorted())
    expect(
      commands.filter(name => !text.includes(`\`npm ${short.has(name) ? '' : 'run '}${name}\``)),
    ).toEqual([])
  })
})

test('README.md has a line for each package that is published, and for no other', () => {
  const lines = [...textOf('README.md').matchAll(/^\| \[(@agentmem\/[\w-]+)\]\((\S+)\) +\| (\S.*?) +\|$/gm)]
  const listed = lines.map(([, name, link]) => `${name} ${link}`)
  const published = packages.map(
    ({ folder, manifest }) => `${manifest.name} packages/${basename(folder)}/README.md`,
  )
  expect(listed.toSorted()).toEqual(published.toSorted())
})

test('every npm command that a document names is one of package.json', () => {
  const { scripts = {} } = manifestOf(root)
  const documents = ['README.md', 'CONTRIBUTING.md', 'benchmarks/README.md', 'testcontainers/README.md']
  const all = [...documents, ...foldersOf('packages').map(name => `packages/${name}/README.md`)]
  const unknown = all.flatMap(document =>
    [...textOf(document).matchAll(/\bnpm run ([\w:-]+)/g)]
      .map(match => match[1] ?? '')
      .filter(name => !(name in scripts))
      .map(name => `${document}: npm run ${name}`),
  )
  expect(unknown).toEqual([])
})
