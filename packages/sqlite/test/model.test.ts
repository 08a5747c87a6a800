import { keyOf, storedRecord, uniqueRecord } from '@agentmem/conformance'
import { MapStore } from '@agentmem/core'
import { MemoryError, guardStore } from '@agentmem/core/adapter'
import type { HistoryEntry, Store, StoredRecord } from '@agentmem/core/adapter'
import { openSqliteStore } from '@agentmem/sqlite'
import fc from 'fast-check'
import { expect, it } from 'vitest'

const orgs = ['acme', 'other']
const users = ['alice', 'bob', null]

const id = fc.integer({ min: 0, max: 12 })
const record = fc
  .record({
    n: id,
    org: fc.constantFrom(...orgs, 'acme', 'acme'),
    user: fc.constantFrom(...users),
    content: fc.integer({ min: 0, max: 4 }),
    unique: fc.boolean(),
  })
  .map(({ n, org, user, content, unique }) =>
    (unique ? uniqueRecord : storedRecord)(n, { orgId: org, userId: user, content: `Content ${content}.` }),
  )
const key = fc
  .record({ org: fc.constantFrom(...orgs), n: id })
  .map(({ org, n }) => keyOf(storedRecord(n, { orgId: org })))
const patch = fc.record({
  key,
  importance: fc.constantFrom(0, 1),
  expectVersion: fc.option(fc.integer({ min: 1, max: 2 })),
  content: fc.option(fc.integer({ min: 0, max: 4 })),
})

type Step = (store: Store) => Promise<unknown>
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .uniqueArray(record, { maxLength: 6, selector: ({ id }) => id })
      .map(records => (store: Store) => store.put(records, { actor: 'writer' })),
  },
  {
    weight: 2,
    arbitrary: fc
      .uniqueArray(key, { maxLength: 4, selector: ({ id, orgId }) => orgId + id })
      .map(keys => (store: Store) => store.delete(keys)),
  },
  {
    weight: 3,
    arbitrary: fc
      .uniqueArray(patch, { maxLength: 4, selector: given => given.key.id })
      // Two that exchange their contents: one Store refuses it half-way, another looks at the end alone.
      .filter(patches => patches.filter(({ content }) => content !== null).length < 2)
      .map(patches => (store: Store) => store.patch(patches.map(patchOf), { actor: 'editor' })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({
        orgId: fc.constantFrom(...orgs),
        userId: fc.constantFrom('alice', 'bob'),
        purgeHistory: fc.boolean(),
      })
      .map(
        ({ purgeHistory, ...scope }) =>
          (store: Store) =>
            store.deleteAll(scope, { purgeHistory }),
      ),
  },
)

function patchOf({
  key,
  importance,
  expectVersion,
  content,
}: typeof patch extends fc.Arbitrary<infer P> ? P : never): Parameters<Store['patch']>[0][number] {
  const base = { key, updatedAt: 2_000_000_000_000, ...(expectVersion === null ? {} : { expectVersion }) }
  if (content === null) return { ...base, set: { importance } }
  const { hash, dedupeKey, vector } = uniqueRecord(content, {
    orgId: key.orgId,
    content: `Content ${content}.`,
  })
  const given: Pick<StoredRecord, 'hash' | 'content'> = { hash, content: `Content ${content}.` }
  return { ...base, set: { importance, ...given }, vector, ...(dedupeKey === null ? {} : { dedupeKey }) }
}

/** What a step answers, without what Stores may differ in: the positions of the log. */
async function answerOf(step: Step, store: Store): Promise<unknown> {
  try {
    const answer = await step(store)
    if (typeof answer !== 'object' || answer === null) return answer
    const { span: _span, ...rest } = answer as { span?: unknown }
    return rest
  } catch (error) {
    return MemoryError.is(error) ? error.code : error
  }
}

/** Everything that can be read. */
async function stateOf(store: Store): Promise<unknown> {
  const keys = orgs.flatMap(orgId => Array.from({ length: 13 }, (_, n) => keyOf(storedRecord(n, { orgId }))))
  const pages = orgs.flatMap(orgId =>
    [{}, { userId: 'alice' }].flatMap(part =>
      (['createdAt', 'updatedAt'] as const).map(by =>
        Array.fromAsync(
          store.query({ scope: { orgId, ...part }, order: { by, direction: 'desc' }, pageSize: 3 }),
        ),
      ),
    ),
  )
  const log = await store.changes({ after: 0, limit: 1000 })
  const tellable = ({ id: _id, createdAt, event, ...entry }: HistoryEntry): object =>
    event === 'DELETE' ? { event, ...entry } : { event, createdAt, ...entry }
  return {
    records: await store.get(keys),
    vectors: await store.vectors(keys),
    history: (await store.history(keys)).map(entries => entries.map(tellable)),
    pages: (await Promise.all(pages)).map(found => found.flat()),
    live: log.upserts.map(({ id }) => id),
    deleted: log.deletes.toSorted(),
  }
}

it('answers like the reference Store, whatever is written in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async steps => {
      await using store = await openSqliteStore({ path: ':memory:' })
      await using model = guardStore(new MapStore())
      for (const step of steps) expect(await answerOf(step, store)).toEqual(await answerOf(step, model))
      expect(await stateOf(store)).toEqual(await stateOf(model))
    }),
    { numRuns: 150 },
  )
}, 120_000)
