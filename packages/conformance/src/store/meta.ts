import { deepEqual, equal } from 'node:assert/strict'
import type { Store } from '@agentmem/core/adapter'
import { hostileStrings } from '../data/hostile-strings.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'

export const metaCases: readonly Case<Store>[] = casesOf('meta', {
  'keeps values by key, and answers in the order of the keys': async store => {
    equal(
      await store.writeMeta([
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ]),
      true,
    )
    deepEqual(await store.readMeta(['b', 'none', 'a', 'b']), ['2', undefined, '1', '2'])
  },

  'writes over what is there when nothing is expected': async store => {
    await store.writeMeta([{ key: 'a', value: '1' }])
    equal(await store.writeMeta([{ key: 'a', value: '2' }]), true)
    deepEqual(await store.readMeta(['a']), ['2'])
  },

  'null removes a key, and one that is not there too': async store => {
    await store.writeMeta([{ key: 'a', value: '1' }])
    equal(
      await store.writeMeta([
        { key: 'a', value: null },
        { key: 'b', value: null },
      ]),
      true,
    )
    deepEqual(await store.readMeta(['a', 'b']), [undefined, undefined])
  },

  'writes when every expectation holds': async store => {
    equal(await store.writeMeta([{ key: 'a', value: '1', expect: null }]), true)
    const entries = [
      { key: 'a', value: '2', expect: '1' },
      { key: 'b', value: '3', expect: null },
      { key: 'c', value: '4' },
    ]
    equal(await store.writeMeta(entries), true)
    deepEqual(await store.readMeta(['a', 'b', 'c']), ['2', '3', '4'])
    equal(await store.writeMeta([{ key: 'a', value: null, expect: '2' }]), true)
    deepEqual(await store.readMeta(['a']), [undefined])
  },

  'writes nothing, and returns false, when an expectation does not hold': async store => {
    await store.writeMeta([{ key: 'a', value: '1' }])
    const wrong = [
      { key: 'a', value: 'x', expect: null },
      { key: 'a', value: 'x', expect: '2' },
      { key: 'b', value: 'x', expect: '1' },
      { key: 'a', value: null, expect: '2' },
    ]
    for (const entry of wrong) {
      equal(await store.writeMeta([{ key: 'c', value: 'y' }, entry, { key: 'd', value: 'y' }]), false)
      deepEqual(await store.readMeta(['a', 'b', 'c', 'd']), ['1', undefined, undefined, undefined])
    }
  },

  'of writers that expect the same value one wins': async store => {
    const writes = Array.from({ length: 20 }, (_, n) =>
      store.writeMeta([{ key: 'lease', value: `writer-${n}`, expect: null }]),
    )
    const won = await Promise.all(writes)
    equal(won.filter(Boolean).length, 1)
    deepEqual(await store.readMeta(['lease']), [`writer-${won.indexOf(true)}`])
  },

  'tells apart keys that look alike, and keeps values byte for byte': async store => {
    await store.writeMeta(hostileStrings.map(text => ({ key: text, value: `value of ${text}` })))
    deepEqual(
      await store.readMeta(hostileStrings),
      hostileStrings.map(text => `value of ${text}`),
    )
  },

  'keeps the longest keys apart': async store => {
    const longest = ['k'.repeat(254), '\u4e2d'.repeat(254), '\u{1f600}'.repeat(127)]
    const keys = longest.flatMap(begin => [`${begin}a`, `${begin}b`])
    const write = (value: (key: string) => string): Promise<unknown> =>
      Promise.all(keys.map(key => store.writeMeta([{ key, value: value(key) }])))
    await write(key => `first of ${key}`)
    await write(key => `second of ${key}`)
    deepEqual(
      await store.readMeta(keys),
      keys.map(key => `second of ${key}`),
    )
    for (const key of keys.slice(1)) await store.writeMeta([{ key, value: null }])
    deepEqual(await store.readMeta(keys), [`second of ${keys[0]}`, ...keys.slice(1).map(() => undefined)])
  },

  'an empty list reads and writes nothing': async store => {
    const { statements } = store.counters
    deepEqual(await store.readMeta([]), [])
    equal(await store.writeMeta([]), true)
    equal(store.counters.statements, statements)
  },
})
