import { expect, test } from 'vitest'
import { SlotIds } from '../../src/vectors/slot-ids.ts'

/** Numbers from 0 to 1, the same in each run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const alphabet = ['a', 'B', '7', '-', 'é', 'ß', '漢', '😀']

function randomId(random: () => number): string {
  const length = 1 + Math.floor(random() * 40)
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')
}

test.each([1, 2, 3])('answers as a Map does, whatever is set and deleted: seed %i', seed => {
  const random = seeded(seed)
  const ids = new SlotIds()
  const expected = new Map<string, number>()
  const free = Array.from({ length: 5_000 }, (_, slot) => slot * 7)
  for (let step = 0; step < 60_000; step++) {
    // First more is set than deleted, later less, so that the ids fill chunks, and leave them.
    const some = [...expected.keys()][0]
    if (free.length > 0 && random() < (step < 30_000 ? 0.6 : 0.45)) {
      const id = randomId(random)
      if (expected.has(id)) continue
      const [slot = 0] = free.splice(Math.floor(random() * free.length), 1)
      ids.set(id, slot)
      expected.set(id, slot)
    } else if (some !== undefined) {
      const slot = expected.get(some)
      expect(ids.delete(some)).toBe(slot)
      expect(ids.slotOf(some)).toBeUndefined()
      expected.delete(some)
      free.push(slot ?? 0)
    }
  }
  expect(ids.size).toBe(expected.size)
  for (const [id, slot] of expected) expect([ids.slotOf(id), ids.idOf(slot)]).toEqual([slot, id])
  for (const slot of free) expect(ids.idOf(slot)).toBeUndefined()
  const inOrder = [...expected].sort(([, a], [, b]) => a - b).map(([id]) => id)
  expect([...ids.ids()]).toEqual(inOrder)
})

test('takes an id as bytes in the midst of others', () => {
  const ids = new SlotIds()
  const bytes = Buffer.from('one漢three')
  ids.setBytes(bytes, 3, 3, 5)
  expect([ids.slotOf('漢'), ids.idOf(5), ids.slotOf('one')]).toEqual([5, '漢', undefined])
})

test('has nothing after it was cleared, and takes all again', () => {
  const ids = new SlotIds()
  const names = Array.from({ length: 20_000 }, (_, n) => `memory-${n}`)
  for (let round = 0; round < 2; round++) {
    for (const [slot, id] of names.entries()) ids.set(id, slot)
    expect(ids.slotOf('memory-19999')).toBe(19_999)
    ids.clear()
    expect([ids.size, ids.slotOf('memory-0'), ids.idOf(0), [...ids.ids()]]).toEqual([
      0,
      undefined,
      undefined,
      [],
    ])
  }
})

test('keeps no more memory for ids that were replaced a hundred times', () => {
  const ids = new SlotIds()
  for (let round = 0; round < 100; round++) {
    for (let slot = 0; slot < 2_000; slot++) {
      if (round > 0) ids.delete(`round ${round - 1}, memory ${slot}`)
      ids.set(`round ${round}, memory ${slot}`, slot)
    }
  }
  // 2,000 ids of 30 bytes; what was deleted may be as much again, and chunks are never quite full.
  expect(ids.bytes).toBeLessThan(5 * 65_536)
  expect(ids.idOf(1_999)).toBe('round 99, memory 1999')
})
