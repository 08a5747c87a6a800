import {
  keyOf,
  lostReplyCases,
  registerCases,
  silentProxy,
  storedRecord,
  storedRecords,
} from '@agentmem/conformance'
import type { PutReceipt, Store } from '@agentmem/core/adapter'
import { openMysqlStore } from '@agentmem/mysql'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { describe, expect, it } from 'vitest'
import { TestTables } from './test-tables.ts'

const isCommit = (sent: Buffer): boolean => sent.subarray(5).toString() === 'commit'

/** True for the first that `matches` only, which is counted. */
function once(matches: (sent: Buffer) => boolean): { (sent: Buffer): boolean; met: number } {
  const first = (sent: Buffer): boolean => first.met === 0 && matches(sent) && ++first.met === 1
  first.met = 0
  return first
}

type Write = (store: Store) => Promise<unknown>
// Nothing here is about a loss of power: a private server may write its log without a sync.
const settings = ['--innodb-flush-log-at-trx-commit=0']
const [first, second] = storedRecords(2)
const writes: Record<string, Write> = {
  put: store => store.put([storedRecord(5), storedRecord(6)]),
  patch: store =>
    store.patch([
      { key: keyOf(first ?? storedRecord(0)), set: { importance: 1 }, updatedAt: 9, expectVersion: 1 },
    ]),
  delete: store => store.delete([keyOf(second ?? storedRecord(1))]),
  deleteAll: store => store.deleteAll({ orgId: 'acme', userId: 'alice' }),
}

/** All that can be read, without what tells one attempt from another. */
async function stateOf(store: Store): Promise<unknown> {
  const keys = storedRecords(10).map(keyOf)
  const history = await store.history(keys)
  const log = await store.changes({ after: 0, limit: 1000 })
  return {
    records: await store.get(keys),
    events: history.map(entries => entries.map(({ event }) => event)),
    live: log.upserts.map(({ id }) => id),
    deleted: log.deletes.toSorted(),
  }
}

describeWithServer(
  'mysql',
  'a connection that is lost',
  server => {
    for (const [name, write] of Object.entries(writes)) {
      for (const when of ['cutBefore', 'cutAfter'] as const) {
        it(`at the COMMIT of a ${name}, ${when === 'cutAfter' ? 'after' : 'before'} the server got it: done, and done once`, async () => {
          await using tables = await TestTables.make(server().url)
          await using expected = await openMysqlStore({ url: tables.url, tablePrefix: 'expected_' })
          await expected.put(storedRecords(2))
          const answer = await write(expected)
          await using proxy = await silentProxy(tables.url)
          await using store = await openMysqlStore({ url: proxy.url })
          await store.put(storedRecords(2))
          const cut = once(isCommit)
          proxy.onSent = sent => (cut(sent) ? when : 'pass')
          const given = await write(store)
          expect(cut.met).toBe(1)
          expect(proxy.cuts).toBe(1)
          // The span of a put that was sent again is not known.
          if (name === 'put') expect(given).toMatchObject({ duplicates: (answer as PutReceipt).duplicates })
          else expect(given).toEqual(answer)
          expect(await stateOf(store)).toEqual(await stateOf(expected))
        }, 30_000)
      }
    }

    registerCases(describe, it, lostReplyCases, async () => {
      const tables = await TestTables.make(server().url)
      const proxy = await silentProxy(tables.url)
      const store = await openMysqlStore({ url: proxy.url })
      const loseReply = (): void => {
        const cut = once(isCommit)
        proxy.onSent = sent => (cut(sent) ? 'cutAfter' : 'pass')
      }
      const teardown = async (): Promise<void> => {
        await store.close()
        await proxy.close()
        await tables[Symbol.asyncDispose]()
      }
      return { part: { store, loseReply, lost: () => proxy.cuts }, teardown }
    })

    it('while it is idle: the next calls use others, and the process lives', async () => {
      await using tables = await TestTables.make(server().url)
      await using proxy = await silentProxy(tables.url)
      await using store = await openMysqlStore({ url: proxy.url })
      await store.put(storedRecords(2))
      await Promise.all(Array.from({ length: 5 }, () => store.head()))
      proxy.cutAll()
      expect((await store.head()).position).toBe(2)
      proxy.cutAll()
      expect((await store.put([storedRecord(7)])).duplicates.size).toBe(0)
    }, 30_000)
  },
  { settings },
)

describeWithServer(
  'mysql',
  'a server that is restarted',
  server => {
    it('is used again by the next call, with all that was acknowledged', async () => {
      await using store = await openMysqlStore({ url: server().url })
      await store.put(storedRecords(20))
      const before = await stateOf(store)
      await server().restart()
      expect(await stateOf(store)).toEqual(before)
      await store.put([storedRecord(30)])
      expect((await store.head()).position).toBe(21)
      expect((await store.stats()).memories).toBe(21)
    }, 60_000)

    it('is UNAVAILABLE while it is down, when it is opened', async () => {
      await server().kill()
      await expect(openMysqlStore({ url: server().url })).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        retryable: true,
      })
      await server().restart()
    }, 60_000)
  },
  { own: true },
)
