import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { cp, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import type { FreshFolder } from '@agentmem/conformance'
import { openMemory } from '@agentmem/core/open'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { command, node, succeeded } from './command.ts'
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

  test('are all run', () => {
    expect(names.toSorted()).toEqual([...Object.keys(printed), 'move-to-postgres.ts'].toSorted())
  })

  test('compile, as a strict reader would do it', () => {
    expect(complaints).toEqual([])
  })

  test.each(Object.keys(printed))('%s runs, and prints what it should', async name => {
    const script = join(fresh.path, 'out', name.replace('.ts', '.js'))
    await using empty = await freshFolder()
    const { stdout } = await succeeded(node(empty.path, script))
    expect(stdout).toBe(printed[name])
  })
})

describeWithServer('postgres', 'the example that moves a memory to PostgreSQL', server => {
  test('takes three lines, and moves all of it, with its history', { timeout: 120_000 }, async () => {
    await using folder = await freshFolder()
    const database = `example_${randomUUID().replaceAll('-', '')}`
    const admin = new pg.Client({ connectionString: server().url })
    await admin.connect()
    await admin.query(`create database ${database}`)
    const url = Object.assign(new URL(server().url), { pathname: `/${database}` }).href
    try {
      await using memory = await openMemory({ store: `sqlite:${join(folder.path, 'memories.db')}` })
      const { results } = await memory.addBatch(['Ada drinks tea', 'Ada plays the cello'], { userId: 'ada' })
      const script = readFileSync(join(source, 'move-to-postgres.ts'), 'utf8')
      expect(script.split('\n').filter(line => !/^(\/\/|import|$)/.test(line))).toHaveLength(3)
      await writeFile(join(folder.path, 'move.ts'), script)
      await writeFile(join(folder.path, 'package.json'), '{ "type": "module" }')
      await symlink(join(root, 'docs/node_modules'), join(folder.path, 'node_modules'))
      expect(await compile(folder.path)).toEqual([])
      const run = 'node out/move.js && node out/move.js'
      const env = `DATABASE_URL='${url}' PATH='${dirname(process.execPath)}':"$PATH"`
      const { stdout } = await succeeded(command(folder.path, 'sh', ['-c', `export ${env}; ${run}`]))
      expect(stdout).toBe(
        '{ copied: 2, skipped: 0, different: 0 }\n{ copied: 0, skipped: 2, different: 0 }\n',
      )
      await using moved = await openMemory({ store: url })
      const id = results[0]?.id ?? ''
      expect(await moved.get(id)).toMatchObject({ memory: 'Ada drinks tea', userId: 'ada' })
      expect(await moved.history(id)).toEqual(await memory.history(id))
    } finally {
      await admin.query(`drop database ${database} with (force)`)
      await admin.end()
    }
  })
})

test('a chat agent that remembers takes at most 25 lines', () => {
  const lines = readFileSync(join(source, 'chat-agent.ts'), 'utf8').trimEnd().split('\n')
  expect(lines.length).toBeLessThanOrEqual(25)
})
