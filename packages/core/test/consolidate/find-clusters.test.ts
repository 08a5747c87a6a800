import { expect, test } from 'vitest'
import { findClusters } from '../../src/consolidate/find-clusters.ts'

/** A direction in the plane, in degrees. */
const at = (degrees: number): Float32Array =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180))
/** The similarity of two that are so far apart. */
const apart = (degrees: number): number => Math.cos((degrees * Math.PI) / 180)
const find = (degrees: number[], similarity: number, least = 2): Promise<number[][]> =>
  findClusters(degrees.map(at), { similarity, least }, undefined)

test('what is joined by others is one cluster, in the order of the list', async () => {
  expect(await find([0, 90, 18, 9, 99, 180], apart(10))).toEqual([
    [0, 2, 3],
    [1, 4],
  ])
})

test('what has too few is none', async () => {
  expect(await find([0, 5, 90], apart(10), 3)).toEqual([])
  expect(await find([], 0.5)).toEqual([])
})

test('one that is too large falls apart where it is thin, and in the end where the list has it', async () => {
  const chain = [...Array.from({ length: 15 }, (_, n) => n), ...Array.from({ length: 15 }, (_, n) => 24 + n)]
  const parts = await find(chain, apart(12))
  expect(parts.map(part => part.length)).toEqual([15, 15])
  const same = await find(
    Array.from({ length: 45 }, () => 1),
    0.6,
  )
  expect(same.map(part => part.length)).toEqual([20, 20, 5])
  expect(same.flat()).toEqual(Array.from({ length: 45 }, (_, n) => n))
})

test('ends with its signal', async () => {
  const vectors = Array.from({ length: 200 }, (_, n) => at(n))
  const finding = findClusters(vectors, { similarity: 0.9, least: 2 }, AbortSignal.abort())
  await expect(finding).rejects.toMatchObject({ code: 'ABORTED' })
})
