import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hostileStrings, indexEntries } from '@agentmem/conformance'
import type { IndexEntry, Scope, VectorIndex } from '@agentmem/core/adapter'
import { openLancedbIndex } from '@agentmem/lancedb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { literal } from '../src/filter.ts'

const dimensions = 8
const [sample] = indexEntries(dimensions, 1)
const vector = sample?.vector ?? new Float32Array(dimensions)

/** What filters trip over, in any order, and any other well-formed text. */
const pieces = [
  "'",
  "''",
  '"',
  '\\',
  '`',
  '%',
  '_',
  ';',
  '--',
  '/*',
  '\n',
  '\r',
  '\t',
  '$1',
  '{}',
  '\u{feff}',
]
const words = [" OR '1'='1", 'NULL', 'é', 'e\u0301', '😀', '\u202e', '\u0085', '\u2028', 'a', 'A', ' ']
const text = fc
  .oneof(
    fc
      .array(fc.constantFrom(...pieces, ...words), { minLength: 1, maxLength: 20 })
      .map(parts => parts.join('')),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 64 }),
    fc.constantFrom(...hostileStrings),
  )
  .map(value => value.replaceAll('\0', ' ').slice(0, 128).toWellFormed())
  .filter(value => value.length > 0)

describe('the text of ids and scopes', () => {
  let index: VectorIndex
  let path: string

  beforeAll(async () => {
    path = await mkdtemp(join(tmpdir(), 'agentmem-lancedb-'))
    index = await openLancedbIndex({ path, dimensions })
  })

  afterAll(async () => {
    await index.close()
    await rm(path, { recursive: true })
  })

  it('is compared as it is: each id is got, found and deleted, and no other', async () => {
    const names = fc.uniqueArray(text, { minLength: 2, maxLength: 24 })
    await fc.assert(
      fc.asyncProperty(names, async ids => {
        await index.clear()
        const upserts = ids.map((id): IndexEntry => ({ id, scope: { orgId: 'acme', userId: id }, vector }))
        await index.apply({ upserts, deletes: [], cursor: 1 })
        const held = await index.get(ids)
        expect(held.every(Boolean)).toBe(true)
        for (const id of ids.slice(0, 4)) {
          const scopes: Scope[] = [
            { orgId: 'acme', userId: id },
            { orgId: id, userId: id },
          ]
          const [own, other] = await index.search(scopes.map(scope => ({ vector, k: 50, scope })))
          expect(own?.map(match => match.id)).toEqual([id])
          expect(other).toEqual([])
        }
        const [gone = '', ...left] = ids
        await index.apply({ upserts: [], deletes: [gone], cursor: 2 })
        expect(await index.get([gone])).toEqual([undefined])
        const [found] = await index.search([{ vector, k: 50, scope: { orgId: 'acme' } }])
        expect(found?.map(match => match.id)).toEqual(left.toSorted())
      }),
      { numRuns: 40 },
    )
  }, 120_000)

  it('stays between its quotes', () => {
    fc.assert(
      fc.property(text, value => {
        const inner = literal(value).slice(1, -1)
        expect(inner.replaceAll("''", '')).not.toContain("'")
        expect(inner.replaceAll("''", "'")).toBe(value)
      }),
    )
  })

  it('is looked up for thousands of ids at once', async () => {
    await index.clear()
    const entries = indexEntries(dimensions, 2_500).map((entry, n) => ({
      ...entry,
      id: `${'"'.repeat(120)}${n}`,
    }))
    await index.apply({ upserts: entries, deletes: [], cursor: 1 })
    const held = await index.get(entries.map(entry => entry.id))
    expect(held).toEqual(entries.map(entry => entry.vector))
  })
})
