import { keyOf, storedRecord } from '@agentmem/conformance'
import { MapStore } from '@agentmem/core'
import { dedupeKey, guardStore, MemoryError, scopeOf } from '@agentmem/core/adapter'
import type { Derivation, HistoryEntry, MemoryRecord, Store } from '@agentmem/core/adapter'
import { openSqliteStore } from '@agentmem/sqlite'
import fc from 'fast-check'
import { expect, it } from 'vitest'

const ids = 9
const place = fc.integer({ min: 0, max: ids - 1 })
const idOf = (n: number): string => storedRecord(n).id
const sources = fc.uniqueArray(place, { minLength: 1, maxLength: 3 })
const cascade = fc.constantFrom(true, true, false)

function derivationOf(places: readonly number[]): Derivation {
  return { batch: 'b', sources: places.map(idOf), seen: places.length, model: 'm' }
}

/** The lowest ids are messages, and those above are made of lower ones as a rule. */
const record = fc
  .record({
    n: place,
    user: fc.constantFrom('alice', 'alice', 'bob'),
    sources: fc.option(sources, { freq: 4 }),
    type: fc.constantFrom('semantic', 'semantic', 'insight'),
    successor: fc.option(place, { freq: 1 }),
    content: fc.integer({ min: 0, max: 3 }),
    unique: fc.boolean(),
  })
  .map(({ n, user, sources, type, successor, content, unique }) => {
    const isFact = n > 2 && sources !== null
    const made = storedRecord(n, {
      userId: user,
      content: `Content ${content}.`,
      type: isFact ? type : 'message',
      origin: isFact ? 'model' : 'caller',
      derivation: isFact ? derivationOf(sources) : null,
      supersededBy: isFact && successor !== n && successor !== null ? idOf(successor) : null,
      validTo: isFact && successor !== null ? 5 : null,
    })
    return unique ? { ...made, dedupeKey: dedupeKey(scopeOf(made), made.hash) } : made
  })

type Step = (store: Store) => Promise<unknown>
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({
        records: fc.uniqueArray(record, { maxLength: 6, selector: ({ id }) => id }),
        onTaken: fc.constantFrom('keep' as const, 'replace' as const),
      })
      .map(({ records, onTaken }) => async (store: Store) => {
        // In which order records of one call replace others is not promised, and keys make it count.
        const isFree = onTaken === 'replace'
        await store.put(isFree ? records.map(record => ({ ...record, dedupeKey: null })) : records, {
          onTaken,
        })
      }),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ places: fc.uniqueArray(place, { maxLength: 3 }), cascade, purgeHistory: fc.boolean() })
      .map(
        ({ places, ...options }) =>
          (store: Store) =>
            store.delete(
              places.map(n => keyOf(storedRecord(n))),
              options,
            ),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ userId: fc.constantFrom('alice', 'bob'), cascade, purgeHistory: fc.boolean() })
      .map(
        ({ userId, ...options }) =>
          (store: Store) =>
            store.deleteAll({ orgId: 'acme', userId }, options),
      ),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ n: place, sources, successor: fc.option(place) })
      .filter(({ n, successor }) => n !== successor)
      .map(
        ({ n, sources, successor }) =>
          (store: Store) =>
            store.patch([
              {
                key: keyOf(storedRecord(n)),
                set: {
                  derivation: derivationOf(sources),
                  supersededBy: successor === null ? null : idOf(successor),
                },
                updatedAt: 9,
              },
            ]),
      ),
  },
)

/** What a step answers, without positions of the log. */
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

/** Everything that can be read, but when what was left behind was changed. */
async function stateOf(store: Store): Promise<unknown> {
  const keys = Array.from({ length: ids }, (_, n) => keyOf(storedRecord(n)))
  const timeless = (record: MemoryRecord | undefined): unknown => record && { ...record, updatedAt: 0 }
  const told = ({ event, previousValue, newValue, successorId }: HistoryEntry): unknown[] => [
    event,
    previousValue,
    newValue,
    successorId,
  ]
  const log = await store.changes({ after: 0, limit: 1_000 })
  return {
    records: (await store.get(keys)).map(timeless),
    history: (await store.history(keys)).map(entries => entries.map(told)),
    live: log.upserts.map(({ id }) => id).toSorted(),
    deleted: log.deletes.toSorted(),
  }
}

it('takes along and leaves what the reference Store does, whatever was made of what', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 14 }), async steps => {
      await using store = await openSqliteStore({ path: ':memory:' })
      await using model = guardStore(new MapStore())
      for (const step of steps) {
        expect(await answerOf(step, store)).toEqual(await answerOf(step, model))
        expect(await stateOf(store)).toEqual(await stateOf(model))
      }
    }),
    { numRuns: 300 },
  )
}, 120_000)
