import type { StoredRecord } from '@agentmem/core/adapter'
import { describe, expect, test } from 'vitest'
import { newRows } from '../src/calls/put.ts'

function record(id: string, dedupeKey: string | null): StoredRecord {
  return {
    id,
    dedupeKey,
    metadata: {},
    derivation: null,
    vector: Float32Array.of(1),
  } as unknown as StoredRecord
}

describe("the rows of a batch for a database's own way", () => {
  test.each([
    [true, 'key'],
    [false, null],
  ])('say that all have a dedupe key: %s', (keyed, dedupeKey) => {
    const rows = newRows([record('a', dedupeKey), record('b', dedupeKey)], { actor: 'me', embedder: 'model' })
    expect(rows).toMatchObject({ keyed, actor: 'me', embedder: 'model', table: 'memories' })
    expect(rows?.values.map(([, id]) => id)).toEqual(['a', 'b'])
  })

  test.each([
    ['key', null],
    [null, 'key'],
  ])('are none when some have a dedupe key and some have none: %s, %s', (first, second) => {
    expect(newRows([record('a', first), record('b', second)], {})).toBeUndefined()
  })
})
