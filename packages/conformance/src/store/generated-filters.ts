import type { Json, Metadata, Where } from '@agentmem/core/adapter'
import type { SampleRecord } from '../data/records.ts'
import * as fc from 'fast-check'

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
export const numbers: readonly number[] = [
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
  -4.848180006376689e-79,
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
const root = fc.constantFrom('metadata', 'metadata', 'derivation')
const path = fc
  .tuple(root, fc.array(key, { minLength: 1, maxLength: 3 }))
  .map(([into, parts]) => [into, ...parts].join('.'))

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

const derivation = metadata.map(details => ({ ...details, batch: 'a', sources: [], seen: 1, model: 'a' }))

const record = fc.record({
  metadata,
  derivation: fc.option(derivation),
  content: name,
  role: fc.option(name),
  actorId: fc.option(name),
  importance: fc.constantFrom(0, 0.1, 0.5, 1),
  accessCount: fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER),
  expiresAt: fc.option(fc.constantFrom(1, 4_100_000_000_000)),
})

/** Up to 8 records, each as the fields to build it from, and 4 to 12 filters over what records have. */
export const recordsAndFilters: fc.Arbitrary<[Partial<SampleRecord>[], Where[]]> = fc.tuple(
  fc.array(record, { minLength: 1, maxLength: 8 }),
  fc.array(where, { minLength: 4, maxLength: 12 }),
)
