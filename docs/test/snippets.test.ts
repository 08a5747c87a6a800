import { existsSync, readFileSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import type { FreshFolder } from '@agentmem/conformance'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { node, succeeded } from './command.ts'
import { compile } from './compile.ts'
import { type Fence, fences } from './fences.ts'
import { root, sourceFiles } from './workspace.ts'

const documents = sourceFiles().filter(file => /^([^/]+|packages\/[^/]+\/[^/]+|docs\/.+)\.md$/.test(file))
const snippets = documents.flatMap(fences).filter(fence => ['ts', 'typescript'].includes(fence.language))
const checked = snippets.filter(({ info }) => info === '' || info === 'run')

describe('every ts block of the documents', { timeout: 120_000 }, () => {
  let fresh: FreshFolder
  let folder: string
  let complaints: string[]

  // One compilation for all: each block is a file of its own, moved down to the line it has in its document. Those of a
  // package may import what it depends on itself, such as the framework that it is for.
  beforeAll(async () => {
    fresh = await freshFolder()
    folder = fresh.path
    await symlink(join(root, 'docs/node_modules'), join(folder, 'node_modules'))
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    for (const owner of new Set(checked.map(ownerOf))) {
      for (const place of [join(folder, owner), join(folder, 'out', owner)]) {
        await mkdir(place, { recursive: true })
        const modules = join(root, owner, 'node_modules')
        if (owner !== '.' && existsSync(modules)) await symlink(modules, join(place, 'node_modules'))
      }
    }
    for (const fence of checked) {
      await writeFile(join(folder, `${nameOf(fence)}.ts`), '\n'.repeat(fence.line - 1) + fence.code)
    }
    complaints = checked.length === 0 ? [] : await compile(folder)
  }, 120_000)
  afterAll(() => fresh.remove())

  test('is marked with nothing, "run" or "no-check: a reason"', () => {
    const known = /^(run|no-check: \S.{9,})?$/
    expect(snippets.filter(({ info }) => !known.test(info)).map(title)).toEqual([])
  })

  test.each(checked.map(fence => [title(fence), fence] as const))('%s type-checks', (_title, fence) => {
    expect(complaints.filter(line => line.startsWith(`${nameOf(fence)}.ts(`))).toEqual([])
  })

  test('has all its complaints in a block', () => {
    // What is wrong within the declarations of another library, such as Mastra's, is not in a block.
    expect(complaints.filter(line => !/^\S+\.ts\(\d+,\d+\)|^\s|node_modules\/\.pnpm\//.test(line))).toEqual(
      [],
    )
  })

  const runnable = checked.filter(({ info }) => info === 'run')
  test.each(runnable.map(fence => [title(fence), fence] as const))(
    '%s runs, and prints what is shown below it, the second time as well',
    async (_title, fence) => {
      await using empty = await freshFolder()
      const shown = outputOf(fence)
      for (let run = 0; run < 2; run++) {
        const { stdout } = await succeeded(node(empty.path, join(folder, 'out', `${nameOf(fence)}.js`)))
        if (shown) expect(stdout).toBe(shown.code)
      }
    },
  )
})

test.each(documents)('every link of %s to a file leads to one', document => {
  const text = readFileSync(join(root, document), 'utf8').replaceAll(/^```.*?^```/gms, '')
  const targets = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(match => match[1] ?? '')
  const files = targets.filter(target => !/^[a-z]+:/.test(target))
  expect(files.filter(file => !existsSync(join(root, dirname(document), file)))).toEqual([])
})

/** What a document shows right below a block as what it prints: a `text` block, with one line of prose before it at most. */
function outputOf({ file, line, code }: Fence): Fence | undefined {
  const end = line + code.split('\n').length - 1
  return fences(file).find(fence => fence.language === 'text' && fence.line > end && fence.line <= end + 5)
}

function title({ file, line }: Fence): string {
  return `${file}:${line}`
}

function nameOf(fence: Fence): string {
  const { file, line } = fence
  return join(ownerOf(fence), `${file.replaceAll(/[^\w-]+/g, '-')}-${line}`)
}

/** The folder of the package that a document is about, '.' for a document of all. */
function ownerOf({ file }: Fence): string {
  return /^packages\/[^/]+/.exec(file)?.[0] ?? '.'
}
