import { deepEqual, equal } from 'node:assert/strict'
import type { Metadata, Store } from '@agentmem/core/adapter'
import { hostileStrings } from '../data/hostile-strings.ts'
import { keyOf, storedRecord } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'
import { assertKept, hostileRecords } from './hostile-records.ts'

export const contentCases: readonly Case<Store>[] = casesOf('content', {
  'text of every kind is kept byte for byte, in every text field': async store => {
    const records = hostileRecords(text => ({
      content: text,
      type: text,
      level: text,
      actorId: text,
      role: text,
      createdBy: text,
      updatedBy: text,
    }))
    await assertKept(store, records)
    const history = await store.history(records.map(keyOf))
    deepEqual(
      history.map(entries => entries.map(entry => [entry.newValue, entry.actorId, entry.role])),
      hostileStrings.map(text => [[text, text, text]]),
    )
  },

  'a content of a million characters is kept': async store => {
    const line = 'A long memory, \u00e9\u4e2d\u{1f600}. '
    const contents = [
      'x'.repeat(1_048_576),
      line.repeat(Math.floor(1_048_576 / line.length)),
      '\u4e2d'.repeat(1_048_576),
    ]
    await assertKept(
      store,
      contents.map((content, n) => storedRecord(n, { content })),
    )
  },

  'a batch of long contents is kept': async store => {
    await assertKept(
      store,
      Array.from({ length: 60 }, (_, n) => storedRecord(n, { content: `${n} ${'word '.repeat(20_000)}` })),
    )
  },

  'metadata of every kind comes back as it went in': async store => {
    const metadatas: Metadata[] = [
      {},
      { text: '', zero: 0, no: false, nothing: null, list: [], object: {} },
      {
        numbers: [0.1, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, -1.5, 9007199254740991, -9007199254740992],
      },
      { nested: [[[[[]]]], [{ a: [{ b: [1, [2, [3]]] }] }]] },
      {
        'dotted.key': 1,
        "quote'key": 2,
        'double"key': 3,
        'back\\slash': 4,
        '': 5,
        ' ': 6,
        '$.x': 7,
        '[0]': 8,
      },
      { '\u00e9': 1, 'e\u0301': 2, '\u{1f600}': 3, '\u0645': 4, '\n': 5 },
      { Key: 1, key: 2, KEY: 3 },
      { constructor: 'a', prototype: { constructor: 1 } },
      { toString: 'a', valueOf: 'b', hasOwnProperty: 'c', length: 3 },
      { z: 1, a: 2, 10: 3, 2: 4 },
      { deep: Array.from({ length: 29 }).reduce<Metadata>(inner => ({ inner }), { end: true }) },
      { many: Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`key-${i}`, i])) },
      { long: 'x'.repeat(200_000) },
      Object.fromEntries(
        hostileStrings.filter(t => t !== '__proto__' && t !== 'constructor').map(t => [t, t]),
      ),
    ]
    await assertKept(
      store,
      metadatas.map((metadata, n) => storedRecord(n, { metadata })),
    )
  },

  '-0 in metadata comes back as a zero': async store => {
    const record = storedRecord(1, { metadata: { zero: -0 } })
    await store.put([record])
    const [kept] = await store.get([keyOf(record)])
    equal(Number(kept?.metadata['zero']) + 0, 0)
  },
})
