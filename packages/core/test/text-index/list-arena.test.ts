import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ListArena } from '../../src/text-index/list-arena.ts'

test('lists that grow beside one another hold what was pushed to each, in order', () => {
  const pushes = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.nat({ max: 2 ** 32 - 1 })), {
    maxLength: 400,
  })
  fc.assert(
    fc.property(pushes, list => {
      const arena = new ListArena()
      const held = Array.from({ length: 10 }, () => [] as number[])
      for (const _ of held) arena.add()
      // Few lists get most, so that some move often and others take the room that they leave.
      for (const [at, value] of list) {
        const to = value % 3 === 0 ? at : at % 3
        arena.push(to, value)
        held[to]?.push(value)
      }
      held.forEach((numbers, at) => {
        const from = arena.fromOf(at)
        expect([...arena.values.subarray(from, from + arena.lengthOf(at))]).toEqual(numbers)
      })
    }),
  )
})

test('the room that lists leave is taken by others', () => {
  const arena = new ListArena()
  for (let list = 0; list < 1_000; list++) arena.add()
  for (let round = 0; round < 16; round++) for (let list = 0; list < 1_000; list++) arena.push(list, round)
  const { bytes } = arena
  // 16 numbers each are 64 bytes, and the three facts about each list 12: nothing but the last room is left over.
  expect(bytes / 1_000).toBeLessThan(64 * 2.2 + 12 * 1.6)
})
