import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { MemoryRecord } from '../../src/contracts/record.ts'
import { compareCodePoints, evaluateWhere } from '../../src/contracts/evaluate-where.ts'
import { parseWhere } from '../../src/checks/parse-where.ts'
import type { Where } from '../../src/contracts/where.ts'
import { storedRecord } from '../kit/stored-record.ts'

const record: MemoryRecord = storedRecord('m1', new Float32Array(1), {
  content: 'green tea',
  importance: 0.7,
  metadata: {
    topic: 'food',
    count: 7,
    digits: '7',
    flag: true,
    nothing: null,
    tags: ['a', 1, true],
    deep: { er: { est: 'x' } },
  },
})

const table: [Where, boolean][] = [
  [{}, true],
  [{ 'metadata.topic': 'food' }, true],
  [{ 'metadata.topic': 'fo' }, false],
  [{ 'metadata.count': { eq: 7 } }, true],
  [{ 'metadata.digits': 7 }, false],
  [{ 'metadata.digits': { gt: 5 } }, false],
  [{ 'metadata.digits': { gt: '5' } }, true],
  [{ 'metadata.count': { gt: 6, lt: 8 } }, true],
  [{ 'metadata.count': { gt: 7 } }, false],
  [{ 'metadata.count': { gte: 7, lte: 7 } }, true],
  [{ 'metadata.flag': true }, true],
  [{ 'metadata.flag': { ne: true } }, false],
  [{ 'metadata.absent': { ne: 1 } }, true],
  [{ 'metadata.absent': { nin: [1] } }, true],
  [{ 'metadata.absent': { lt: 1 } }, false],
  [{ 'metadata.absent': null }, true],
  [{ 'metadata.nothing': null }, true],
  [{ 'metadata.nothing': { exists: false } }, true],
  [{ 'metadata.topic': { eq: null } }, false],
  [{ 'metadata.topic': { ne: null } }, true],
  [{ 'metadata.topic': { in: ['a', 'food'] } }, true],
  [{ 'metadata.topic': { in: [] } }, false],
  [{ 'metadata.topic': { nin: [] } }, true],
  [{ 'metadata.tags': { contains: 'a' } }, true],
  [{ 'metadata.tags': { contains: 1 } }, true],
  [{ 'metadata.tags': { contains: '1' } }, false],
  [{ 'metadata.tags': { exists: true } }, true],
  [{ 'metadata.topic': { contains: 'oo' } }, true],
  [{ 'metadata.count': { contains: 7 } }, false],
  [{ 'metadata.deep.er.est': 'x' }, true],
  [{ 'metadata.deep.er': { exists: true } }, true],
  [{ 'metadata.topic.length': { exists: true } }, false],
  [{ 'metadata.tags.length': { exists: true } }, false],
  [{ 'metadata.toString': { exists: true } }, false],
  [{ 'metadata.constructor': { exists: true } }, false],
  [{ path: ['deep', 'er', 'est'], eq: 'x' }, true],
  [{ path: ['count'], gt: 6, lt: 7 }, false],
  [{ path: ['metadata', 'count'], exists: true }, false],
  [{ content: { contains: 'tea' } }, true],
  [{ content: { contains: 'TEA' } }, false],
  [{ importance: { gte: 0.5 } }, true],
  [{ agentId: null }, true],
  [{ userId: 'alice', type: 'episodic' }, true],
  [{ userId: 'alice', type: 'semantic' }, false],
  [{ or: [{ type: 'semantic' }, { userId: 'alice' }] }, true],
  [{ and: [{ type: 'semantic' }, { userId: 'alice' }] }, false],
  [{ not: { type: 'semantic' } }, true],
  [{ not: { or: [{ userId: 'alice' }, { type: 'semantic' }] } }, false],
]

test.each(table.map(([where, passes]) => ({ where, passes })))('$where → $passes', ({ where, passes }) => {
  expect(evaluateWhere(parseWhere(where), record)).toBe(passes)
  expect(evaluateWhere(parseWhere({ not: where }), record)).toBe(!passes)
})

let nested: unknown = { type: 'a' }
for (let depth = 0; depth < 20; depth++) nested = { not: nested }

const refused: [string, unknown][] = [
  ['not an object', 'type = 1'],
  ['null', null],
  ['a list', []],
  ['an unknown field', { typ: 'a' }],
  ['metadata as a whole', { metadata: { a: 1 } }],
  ['an empty key', { 'metadata.': 1 }],
  ['a derivation as a whole', { derivation: { batch: 'a' } }],
  ['an empty key of a derivation', { 'derivation.': 1 }],
  ['SQL in a key', { "metadata.a'); drop table memories; --": 1 }],
  ['a key with a quote', { 'metadata.a"b': 1 }],
  ['__proto__ from JSON', JSON.parse('{"__proto__": {"type": "a"}}')],
  ['__proto__ in a path', { 'metadata.__proto__.a': 1 }],
  ['an empty path', { path: [], eq: 1 }],
  ['a path that is a text', { path: 'a', eq: 1 }],
  ['a path without a condition', { path: ['a'] }],
  ['a path with a quotation mark', { path: ['a"b'], eq: 1 }],
  ['a path with a backslash', { path: ['a\\b'], eq: 1 }],
  ['a path with a line feed', { path: ['a\nb'], eq: 1 }],
  ['a path with __proto__', { path: ['__proto__'], eq: 1 }],
  ['a path beside a field', { path: ['a'], eq: 1, type: 'a' }],
  ['a path of too many keys', { [`metadata${'.a'.repeat(17)}`]: 1 }],
  ['too deep nesting', nested],
  ['an unknown operator', { type: { like: 'a%' } }],
  ['an operator of Mongo', { type: { $eq: 'a' } }],
  ['no operator', { type: {} }],
  ['a bare list', { type: ['a'] }],
  ['in without a list', { type: { in: 'a' } }],
  ['in with an object', { type: { in: [{}] } }],
  ['too many values', { importance: { in: Array.from({ length: 1_001 }, (_, i) => i) } }],
  ['a text for a number', { importance: '0.5' }],
  ['a number for a text', { type: 5 }],
  ['NaN', { importance: { gt: Number.NaN } }],
  ['Infinity', { importance: { lt: Infinity } }],
  ['an order of booleans', { 'metadata.a': { gt: true } }],
  ['exists without a boolean', { type: { exists: 1 } }],
  ['contains on a number', { importance: { contains: 1 } }],
  ['a NUL', { type: 'a\0' }],
  ['a lone surrogate', { type: '\uD800' }],
  ['and without a list', { and: { type: 'a' } }],
  ['an empty or', { or: [] }],
  ['a Date', { createdAt: { gt: new Date() } }],
  ['too many conditions', { and: Array.from({ length: 1_001 }, () => ({ type: 'a' })) }],
  [
    'too many values',
    { and: Array.from({ length: 11 }, () => ({ type: { nin: Array.from({ length: 1_000 }, String) } })) },
  ],
]

describe('a filter is refused with', () => {
  test.each(refused)('%s', (_, where) => {
    expect(() => parseWhere(where as Where)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  })
})

test('strings are ordered as their UTF-8 bytes are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(compareCodePoints(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
  )
  expect(compareCodePoints('\u{10000}', '\uE000')).toBeGreaterThan(0)
})
