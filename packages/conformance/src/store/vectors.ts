import { equal } from 'node:assert/strict'
import type { Store } from '@agentmem/core/adapter'
import { Random } from '../data/random.ts'
import { keyOf, storedRecord, storedRecords } from '../data/records.ts'
import { assertSameBits, storeDimensions } from '../data/vectors.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'

export const vectorsCases: readonly Case<Store>[] = casesOf('vectors', {
  'keeps every bit: denormals, -0, the smallest and the largest': async store => {
    const bits = [
      0x00000001, 0x80000000, 0x807fffff, 0x7f7fffff, 0xff7fffff, 0x00800000, 0x3f800001, 0x3f800000,
    ]
    const vector = new Float32Array(Uint32Array.from(bits).buffer)
    equal(vector.length, storeDimensions)
    const record = storedRecord(1, { vector })
    await store.put([record])
    const [kept] = await store.vectors([keyOf(record)])
    assertSameBits(kept, vector, 'vectors()')
    const [change] = (await store.changes({ after: 0, limit: 10 })).upserts
    assertSameBits(change?.vector, vector, 'changes()')
  },

  'answers in the order of the keys, undefined where there is nothing': async store => {
    const records = storedRecords(50)
    await store.put(records)
    const asked = [storedRecord(99), ...new Random(2).shuffle(records), storedRecord(98)]
    const vectors = await store.vectors(asked.map(keyOf))
    equal(vectors.length, asked.length)
    equal(vectors.at(0), undefined)
    equal(vectors.at(-1), undefined)
    for (const [i, record] of asked.slice(1, -1).entries()) {
      assertSameBits(vectors[i + 1], record.vector, record.id)
    }
  },

  'takes a view into a larger buffer for what it shows': async store => {
    const memory = Float32Array.from({ length: 3 * storeDimensions }, (_, i) => i)
    const vector = memory.subarray(storeDimensions, 2 * storeDimensions)
    const record = storedRecord(1, { vector })
    await store.put([record])
    const [kept] = await store.vectors([keyOf(record)])
    assertSameBits(kept, vector, record.id)
  },
})
