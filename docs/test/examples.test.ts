import { readdirSync, readFileSync } from 'node:fs'
import { cp, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import type { FreshFolder } from '@agentmem/conformance'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { node, succeeded } from './command.ts'
import { compile } from './compile.ts'
import { root } from './workspace.ts'

const source = join(root, 'docs/examples')
const names = readdirSync(source).filter(name => name.endsWith('.ts'))

/** What each program prints. */
const printed: Readonly<Record<string, string>> = {
  'chat-agent.ts': 'Good to know.\nNothing with peanuts.\n',
  'erase-user.ts': '2 memories erased\nleft: bob\n',
  'http-page.ts': "[ 'Porto', 'a cello' ]\n[ 'tea' ]\n",
}

describe('the examples', { timeout: 120_000 }, () => {
  let fresh: FreshFolder
  let complaints: string[]
  beforeAll(async () => {
    fresh = await freshFolder()
    await symlink(join(root, 'docs/node_modules'), join(fresh.path, 'node_modules'))
    await writeFile(join(fresh.path, 'package.json'), '{ "type": "module" }')
    for (const name of names) await cp(join(source, name), join(fresh.path, name))
    complaints = await compile(fresh.path)
  }, 120_000)
  afterAll(() => fresh.remove())

  test('compile, as a strict reader would do it', () => {
    expect(complaints).toEqual([])
  })

  test.each(names)('%s runs, and prints what it should', async name => {
    const script = join(fresh.path, 'out', name.replace('.ts', '.js'))
    await using empty = await freshFolder()
    const { stdout } = await succeeded(node(empty.path, script))
    expect(stdout).toBe(printed[name])
  })
})

test('a chat agent that remembers takes at most 25 lines', () => {
  const lines = readFileSync(join(source, 'chat-agent.ts'), 'utf8').trimEnd().split('\n')
  expect(lines.length).toBeLessThanOrEqual(25)
})
