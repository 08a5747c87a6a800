import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { openSqliteStore } from '@agentmem/sqlite'
import type { Store } from '@agentmem/core'
import { storedRecords } from '@agentmem/conformance'
import { expect, it } from 'vitest'
import { FreshFolder } from './fresh-folder.ts'

const script = fileURLToPath(new URL('child-store.ts', import.meta.url))

function start(...parameters: string[]): ChildProcess {
  return fork(script, parameters, { execArgv: ['--experimental-strip-types', '--no-warnings'] })
}

async function exitOf(child: ChildProcess): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const [code] = await once(child, 'exit')
  return code
}

async function idsIn(store: Store): Promise<string[]> {
  const pages = await Array.fromAsync(store.query({ scope: { orgId: 'acme' } }))
  return pages.flat().map(({ id }) => id)
}

it('processes that open a new file at the same moment all find it made', async () => {
  for (let round = 0; round < 3; round++) {
    await using folder = await FreshFolder.make()
    const children = Array.from({ length: 4 }, () => start('open', folder.file()))
    const exits = children.map(exitOf)
    await Promise.all(children.map(child => once(child, 'message')))
    const answers: unknown[] = []
    for (const child of children) {
      child.on('message', memories => answers.push(memories))
      child.send('go')
    }
    expect(await Promise.all(exits)).toEqual([0, 0, 0, 0])
    expect(answers).toEqual([0, 0, 0, 0])
  }
}, 60_000)

it('two processes and this one write at once: nothing fails, nothing is lost, the log holds it all', async () => {
  await using folder = await FreshFolder.make()
  await using store = await openSqliteStore({ path: folder.file() })
  const children = ['a', 'b'].map(name => start('write', folder.file(), name, '60'))
  const exits = Promise.all(children.map(exitOf))
  for (let batch = 0; batch < 60; batch++) {
    await store.put(storedRecords(10, n => ({ id: `c-${batch}-${n}` })))
  }
  expect(await exits).toEqual([0, 0])
  const expected = ['a', 'b', 'c'].flatMap(name =>
    Array.from({ length: 600 }, (_, i) => `${name}-${Math.floor(i / 10)}-${i % 10}`),
  )
  expect((await idsIn(store)).toSorted()).toEqual(expected.toSorted())
  const log = await store.changes({ after: 0, limit: 10_000 })
  expect(log.upserts).toHaveLength(1800)
  expect(await store.head()).toBe(1800)
}, 60_000)

it('a killed process leaves every batch that it was told of, and none in part', async () => {
  await using folder = await FreshFolder.make()
  for (let round = 0; round < 5; round++) {
    const child = start('write', folder.file(), `r${round}`, '100000')
    let acknowledged = -1
    child.on('message', batch => {
      acknowledged = Number(batch)
      if (acknowledged === 20 + round * 7) child.kill('SIGKILL')
    })
    await exitOf(child)
    await using store = await openSqliteStore({ path: folder.file() })
    const ofRound = (await idsIn(store)).filter(id => id.startsWith(`r${round}-`))
    expect(ofRound.length % 10).toBe(0)
    expect(ofRound.length / 10).toBeGreaterThanOrEqual(acknowledged + 1)
    const keys = ofRound.map(id => ({ orgId: 'acme', id }))
    expect((await store.history(keys)).every(entries => entries.length === 1)).toBe(true)
    const log = await store.changes({ after: 0, limit: 100_000 })
    expect(log.upserts.filter(({ id }) => id.startsWith(`r${round}-`))).toHaveLength(ofRound.length)
  }
}, 60_000)
