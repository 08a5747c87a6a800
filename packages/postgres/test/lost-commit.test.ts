import {
  keyOf,
  lostReplyCases,
  registerCases,
  silentProxy,
  storedRecord,
  storedRecords,
} from '@agentmem/conformance'
import type { SilentProxy } from '@agentmem/conformance'
import type { Store } from '@agentmem/core/adapter'
import { openPostgresStore } from '@agentmem/postgres'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { describe, expect, it } from 'vitest'
import { FreshSchema } from './fresh-schema.ts'

/** The end of a COMMIT that is sent as a message of its own. */
const commit = 'commit\0'
/** Comes right before a COMMIT: the mark that the change leaves. */
const mark = 'agentmem:marks'

describeWithServer('postgres', 'a connection that is cut', server => {
  /** Runs `work` on a store whose connection is cut at the answer to the next message with a text. */
  async function cutAt(
    text: string,
    work: (store: Store) => Promise<unknown>,
  ): Promise<{ answer: unknown; store: Store; end: () => Promise<void> }> {
    const schema = new FreshSchema(server().url)
    const proxy = await silentProxy(server().url)
    const store = await openPostgresStore({ ...schema.options, url: proxy.url, poolSize: 1 })
    const end = async (): Promise<void> => {
      await store.close()
      await proxy.close()
      await schema.drop()
    }
    await store.put(storedRecords(10))
    let isMet = false
    proxy.onSent = sent => {
      if (isMet || !sent.includes(text)) return 'pass'
      isMet = true
      return 'cutAfter'
    }
    const answer = await work(store)
    expect(proxy.cuts, 'cuts').toBe(1)
    return { answer, store, end }
  }

  for (const [when, text] of [
    ['before the answer to COMMIT', commit],
    ['before COMMIT is sent', mark],
  ] as const) {
    it(`${when}: a patch is done once`, async () => {
      const patch = { key: keyOf(storedRecord(1)), set: { importance: 1 }, updatedAt: 5, expectVersion: 1 }
      const { answer, store, end } = await cutAt(text, store => store.patch([patch]))
      expect(answer).toEqual({ missing: [], span: { after: 10, upTo: 11 } })
      expect((await store.get([patch.key]))[0]?.version).toBe(2)
      expect((await store.history([patch.key]))[0]).toHaveLength(2)
      expect((await store.head()).position).toBe(11)
      await end()
    })

    it(`${when}: a delete names nothing as missing that it deleted itself`, async () => {
      const { answer, store, end } = await cutAt(text, store => store.delete([keyOf(storedRecord(1))]))
      expect(answer).toEqual({ missing: [], span: { after: 10, upTo: 11 } })
      expect((await store.stats()).memories).toBe(9)
      await end()
    })

    it(`${when}: deleteAll counts what it deleted`, async () => {
      const { answer, store, end } = await cutAt(text, store => store.deleteAll({ orgId: 'acme' }))
      expect(answer).toBe(10)
      expect((await store.stats()).memories).toBe(0)
      await end()
    })

    it(`${when}: who won a meta entry is told so`, async () => {
      const entry = { key: 'lease', value: 'mine', expect: null }
      const { answer, store, end } = await cutAt(text, store => store.writeMeta([entry]))
      expect(answer).toBe(true)
      expect(await store.readMeta(['lease'])).toEqual(['mine'])
      await end()
    })
  }

  registerCases(describe, it, lostReplyCases, async () => {
    const schema = new FreshSchema(server().url)
    const proxy = await silentProxy(server().url)
    const store = await openPostgresStore({ ...schema.options, url: proxy.url, poolSize: 1 })
    const pass: SilentProxy['onSent'] = () => 'pass'
    const loseReply = (): void => {
      proxy.onSent = sent => {
        if (!sent.includes(commit)) return 'pass'
        proxy.onSent = pass
        return 'cutAfter'
      }
    }
    const teardown = async (): Promise<void> => {
      await store.close()
      await proxy.close()
      await schema.drop()
    }
    return { part: { store, loseReply, lost: () => proxy.cuts }, teardown }
  })

  it('while it reads: the call is made again', async () => {
    const { answer, end } = await cutAt('"history"', store => store.history([keyOf(storedRecord(1))]))
    expect(answer).toHaveLength(1)
    await end()
  })
})
