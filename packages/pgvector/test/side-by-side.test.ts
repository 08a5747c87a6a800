import { expect, test } from 'vitest'
import { sideBySide } from '../src/side-by-side.ts'

test('answers stand in the order of the items, and no more than the width run at once', async () => {
  let running = 0
  let most = 0
  const answers = await sideBySide(3, [5, 1, 4, 2, 3, 0], async item => {
    most = Math.max(most, ++running)
    for (let turn = 0; turn < item; turn++) await new Promise(setImmediate)
    running--
    return item * 10
  })
  expect(answers).toEqual([50, 10, 40, 20, 30, 0])
  expect(most).toBe(3)
})

test('an error is thrown, and nothing more is begun', async () => {
  const begun: number[] = []
  const working = sideBySide(2, [0, 1, 2, 3, 4, 5], async item => {
    begun.push(item)
    await new Promise(setImmediate)
    if (item === 0) throw new Error('no')
  })
  await expect(working).rejects.toThrow('no')
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  expect(begun.length).toBeLessThan(6)
})

test('nothing to do is no work', async () => {
  expect(await sideBySide(4, [], () => Promise.reject(new Error('called')))).toEqual([])
})
