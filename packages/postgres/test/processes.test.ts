import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { openPostgresStore } from '@agentmem/postgres'
import { storedRecords } from '@agentmem/conformance'
import type { Store } from '@agentmem/core'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { expect, it } from 'vitest'
import { FreshSchema } from './fresh-schema.ts'

const script = fileURLToPath(new URL('child-store.ts', import.meta.url))

function start(task: string, { url, name }: FreshSchema, ...parameters: string[]): ChildProcess {
  const execArgv = ['--experimental-strip-types', '--no-warnings']
  return fork(script, [task, url, name, ...parameters], { execArgv })
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

/** Follows the log as others do, until it has seen as many changes as are expected. */
async function followed(store: Store, expected: number): Promise<string[]> {
  const ids: string[] = []
  for (let after = 0; ids.length < expected;) {
    const page = await store.changes({ after, limit: 50 })
    after = page.cursor
    ids.push(...page.upserts.map(({ id }) => id))
  }
  return ids
}

describeWithServer('postgres', 'several processes', server => {
  it('that open a new schema at the same moment all find it made', async () => {
    for (let round = 0; round < 2; round++) {
      await using schema = new FreshSchema(server().url)
      const children = Array.from({ length: 4 }, () => start('open', schema))
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

  it('write at once while this one reads the log: nothing fails, and no change is passed over', async () => {
    await using schema = new FreshSchema(server().url)
    await using store = await openPostgresStore(schema.options)
    const children = ['a', 'b', 'c'].map(name => start('write', schema, name, '60'))
    const exits = Promise.all(children.map(exitOf))
    const expected = ['a', 'b', 'c'].flatMap(name =>
      Array.from({ length: 600 }, (_, i) => `${name}-${Math.floor(i / 10)}-${i % 10}`),
    )
    // Ends only when each change has been met; a position that came to be behind the reader would be missing.
    const seen = await followed(store, expected.length)
    expect(await exits).toEqual([0, 0, 0])
    expect(seen.toSorted()).toEqual(expected.toSorted())
    expect((await idsIn(store)).toSorted()).toEqual(expected.toSorted())
    expect(await store.head()).toBe(1800)
  }, 60_000)

  it('of which one is killed: every batch that was told of is there, and none in part', async () => {
    await using schema = new FreshSchema(server().url)
    for (let round = 0; round < 3; round++) {
      const child = start('write', schema, `r${round}`, '100000')
      let acknowledged = -1
      child.on('message', batch => {
        acknowledged = Number(batch)
        if (acknowledged === 20 + round * 7) child.kill('SIGKILL')
      })
      await exitOf(child)
      await using store = await openPostgresStore(schema.options)
      // The server may be about to end what the process had begun; a write comes after it.
      await store.put(storedRecords(1, () => ({ id: `after-${round}` })))
      const ofRound = (await idsIn(store)).filter(id => id.startsWith(`r${round}-`))
      expect(ofRound.length % 10).toBe(0)
      expect(ofRound.length / 10).toBeGreaterThanOrEqual(acknowledged + 1)
    }
  }, 60_000)

  it('eight writers at once over a pool of ten: each is acknowledged, and the log holds each record once', async () => {
    await using schema = new FreshSchema(server().url)
    await using store = await openPostgresStore(schema.options)
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let batch = 0; batch < 10; batch++) {
        // Ids in opposed orders, and some that others write too.
        const own = storedRecords(20, n => ({ id: `${writer}-${batch}-${n}` }))
        const shared = storedRecords(10, n => ({ id: `shared-${batch}-${n}` }))
        await store.put(writer % 2 === 0 ? [...own, ...shared] : [...shared.toReversed(), ...own])
      }
    })
    await Promise.all(writers)
    expect((await store.stats()).memories).toBe(8 * 10 * 20 + 100)
    const log = await store.changes({ after: 0, limit: 10_000 })
    expect(new Set(log.upserts.map(({ id }) => id)).size).toBe(1700)
    expect(log).toMatchObject({ done: true, cursor: await store.head() })
  }, 60_000)
})
