import { storedRecord } from '@agentmem/conformance'
import { evaluateWhere, parseWhere } from '@agentmem/core'
import type { Json, Metadata, StoredRecord, Where } from '@agentmem/core'
import { openSqliteStore } from '@agentmem/sqlite'
import fc from 'fast-check'
import { expect, it } from 'vitest'

const orgId = 'acme'
// Few and close together, so that filters and records meet: kinds that look alike, the ends of the number
// range, texts whose order differs by UTF-16 and by code point, and the wildcards of LIKE.
const texts = [
  '',
  '1',
  'true',
  'null',
  'a',
  'A',
  'é',
  'a%',
  '_',
  '%',
  '\u{ffff}',
  '\u{10000}',
  "'",
  '"',
  '\\',
  '[1]',
  'ab',
]
const numbers = [
  0,
  -0,
  1,
  -1,
  0.1,
  0.30000000000000004,
  2 ** 53,
  2 ** 60,
  2 ** 63,
  -(2 ** 63),
  1e21,
  5e-324,
  1.7976931348623157e308,
]
const keys = ['a', 'b-c', 'a_b', 'A', 'length']

const text = fc
  .oneof(fc.constantFrom(...texts), fc.string({ unit: 'grapheme', maxLength: 3 }))
  .filter(value => !value.includes('\0'))
const name = text.filter(value => value !== '')
const number = fc.oneof(
  fc.constantFrom(...numbers),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
)
const scalar = fc.oneof(text, number, fc.boolean())
const key = fc.constantFrom(...keys)
const { json } = fc.letrec<{ json: Json }>(tie => ({
  json: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.constant(null),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(key, tie('json'), { maxKeys: 3 }) as fc.Arbitrary<Json>,
  ),
}))
const metadata = fc.dictionary(key, json, { maxKeys: 4 }) as fc.Arbitrary<Metadata>

const textField = fc.constantFrom('id', 'userId', 'content', 'role', 'actorId')
const numberField = fc.constantFrom('importance', 'accessCount', 'createdAt', 'expiresAt')
const path = fc.array(key, { minLength: 1, maxLength: 3 }).map(parts => `metadata.${parts.join('.')}`)

function conditions(value: fc.Arbitrary<string | number | boolean>): fc.Arbitrary<object> {
  const ordered = value.filter(given => typeof given !== 'boolean')
  return fc.oneof(
    fc.record({ eq: fc.oneof(value, fc.constant(null)) }),
    fc.record({ ne: fc.oneof(value, fc.constant(null)) }),
    fc.constantFrom('gt', 'gte', 'lt', 'lte').chain(op => ordered.map(given => ({ [op]: given }))),
    fc.constantFrom('in', 'nin').chain(op => fc.array(value, { maxLength: 4 }).map(list => ({ [op]: list }))),
    fc.record({ exists: fc.boolean() }),
  )
}

const contains = (value: fc.Arbitrary<unknown>): fc.Arbitrary<object> => fc.record({ contains: value })
const condition = fc.oneof(
  fc.tuple(textField, fc.oneof(conditions(text), contains(text))),
  fc.tuple(numberField, conditions(number)),
  fc.tuple(path, fc.oneof(conditions(scalar), contains(scalar))),
)
const { where } = fc.letrec<{ where: Where }>(tie => ({
  where: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    condition.map(([name, given]) => ({ [name]: given })),
    fc.array(tie('where'), { minLength: 1, maxLength: 3 }).map(and => ({ and })),
    fc.array(tie('where'), { minLength: 1, maxLength: 3 }).map(or => ({ or })),
    tie('where').map(not => ({ not })),
  ),
}))

const record = fc.record({
  metadata,
  content: name,
  role: fc.option(name),
  actorId: fc.option(name),
  importance: fc.constantFrom(0, 0.1, 0.5, 1),
  accessCount: fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER),
  expiresAt: fc.option(fc.constantFrom(1, 4_100_000_000_000)),
})

it('selects the records that the evaluator selects, whatever the filter and the records', async () => {
  await using store = await openSqliteStore({ path: ':memory:' })
  const given = fc.tuple(
    fc.array(record, { minLength: 1, maxLength: 8 }),
    fc.array(where, { minLength: 4, maxLength: 12 }),
  )
  await fc.assert(
    fc.asyncProperty(given, async ([fields, filters]) => {
      await store.deleteAll({ orgId }, { purgeHistory: true })
      const records: StoredRecord[] = fields.map((field, n) => storedRecord(n, { ...field, orgId }))
      await store.put(records)
      for (const filter of filters) {
        const node = parseWhere(filter)
        const expected = records.filter(stored => evaluateWhere(node, stored)).map(({ id }) => id)
        const pages = await Array.fromAsync(store.query({ scope: { orgId, userId: 'alice' }, where: node }))
        expect(
          pages
            .flat()
            .map(({ id }) => id)
            .toSorted(),
          JSON.stringify(filter),
        ).toEqual(expected)
      }
    }),
    { numRuns: 400 },
  )
}, 120_000)

it('takes a filter of a thousand conditions, flat or nested as deep as they may be', async () => {
  await using store = await openSqliteStore({ path: ':memory:' })
  await store.put([storedRecord(1, { orgId, metadata: { a: 999 } })])
  const flat: Where = { or: Array.from({ length: 999 }, (_, a) => ({ 'metadata.a': a + 1 })) }
  let deep: Where = { 'metadata.a': 999 }
  for (let depth = 0; depth < 14; depth++) deep = { not: deep }
  for (const filter of [flat, deep, { 'metadata.a': { in: Array.from({ length: 1000 }, (_, a) => a) } }]) {
    const pages = await Array.fromAsync(store.query({ scope: { orgId }, where: parseWhere(filter) }))
    expect(pages.flat()).toHaveLength(1)
  }
})

it('finds every number in metadata by itself, however JSON writes it', async () => {
  await using store = await openSqliteStore({ path: ':memory:' })
  const doubles = fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), 300)
  const given = [...new Set([...numbers, ...doubles])]
  await store.put(given.map((a, n) => storedRecord(n, { orgId, metadata: { a, list: [a] } })))
  for (const [n, a] of given.entries()) {
    for (const filter of [{ 'metadata.a': a }, { 'metadata.list': { contains: a } }]) {
      const pages = await Array.fromAsync(store.query({ scope: { orgId }, where: parseWhere(filter) }))
      expect(
        pages.flat().map(({ id }) => id),
        JSON.stringify(filter),
      ).toEqual([storedRecord(n).id])
    }
  }
})
