import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { storedRecords } from '@agentmem/conformance'
import type { Store } from '@agentmem/core'
import { openMysqlStore } from '@agentmem/mysql'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { expect, it } from 'vitest'
import { TestTables } from './test-tables.ts'

const script = fileURLToPath(new URL('child-store.ts', import.meta.url))

function start(...parameters: string[]): ChildProcess {
  return fork(script, parameters, { execArgv: ['--experimental-strip-types', '--no-warnings'] })
}

async function exitOf(child: ChildProcess): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const [code] = await once(child, 'exit')
  return code
}

describeWithServer(
  'mysql',
  'several processes',
  server => {
    it('that open a new database at the same moment all find it made', async () => {
      for (let round = 0; round < 2; round++) {
        await using tables = await TestTables.make(server().url)
        const children = Array.from({ length: 4 }, () => start('open', tables.url))
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

    it('that write at once lose nothing, and a reader of the log skips nothing of what they commit', async () => {
      await using tables = await TestTables.make(server().url)
      await using store = await openMysqlStore({ url: tables.url })
      const children = ['a', 'b', 'c'].map(name => start('write', tables.url, name, '40'))
      let writing = true
      const exits = Promise.all(children.map(exitOf)).finally(() => (writing = false))
      const seen = await idsInLogUntil(store, () => !writing)
      expect(await exits).toEqual([0, 0, 0])
      const expected = ['a', 'b', 'c'].flatMap(name =>
        Array.from({ length: 400 }, (_, i) => `${name}-${Math.floor(i / 10)}-${i % 10}`),
      )
      expect(seen.toSorted()).toEqual(expected.toSorted())
      expect(await store.head()).toBe(1200)
    }, 60_000)

    it('one of which is killed leave every batch that it acknowledged, and none in part', async () => {
      await using tables = await TestTables.make(server().url)
      await using store = await openMysqlStore({ url: tables.url })
      const child = start('write', tables.url, 'killed', '100000')
      const acknowledged: number[] = []
      child.on('message', batch => {
        acknowledged.push(Number(batch))
        if (acknowledged.length === 25) child.kill('SIGKILL')
      })
      await exitOf(child)
      // Also shows that the lock of the log is free again.
      await store.put(storedRecords(10, n => ({ id: `after-${n}` })))
      const batches = new Map<string, number>()
      for (const id of await idsInLogUntil(store, () => true)) {
        const batch = id.replace(/-\d+$/, '')
        batches.set(batch, (batches.get(batch) ?? 0) + 1)
      }
      expect([...batches.values()].filter(count => count !== 10)).toEqual([])
      expect(acknowledged.filter(batch => !batches.has(`killed-${batch}`))).toEqual([])
    }, 60_000)
  },
  { settings: ['--innodb-flush-log-at-trx-commit=0'] },
)

/** Follows the log from its beginning until `isLast`, and reads what is left of it then. */
async function idsInLogUntil(store: Store, isLast: () => boolean): Promise<string[]> {
  const seen: string[] = []
  for (let after = 0; ;) {
    const last = isLast()
    const page = await store.changes({ after, limit: 50 })
    seen.push(...page.upserts.map(({ id }) => id))
    after = page.cursor
    if (page.done && last) return seen
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}
