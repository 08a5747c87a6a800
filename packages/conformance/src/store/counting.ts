import { deepEqual, equal, ok } from 'node:assert/strict'
import { compareCodePoints, inScope, parseWhere } from '@agentmem/core/adapter'
import type {
  Json,
  ScopesRequest,
  ScopeValue,
  Store,
  StoredRecord,
  WhereTarget,
} from '@agentmem/core/adapter'
import { Random } from '../data/random.ts'
import { readAll } from '../data/read-store.ts'
import { keyOf, orgId, startTime, storedRecord, storedRecords } from '../data/records.ts'
import { casesOf } from '../kit/case.ts'
import type { Case } from '../kit/case.ts'

const byUser: WhereTarget = { field: 'userId', kind: 'string' }
const byAgent: WhereTarget = { field: 'agentId', kind: 'string' }
const byPath: WhereTarget = { path: ['path', 'of'] }
const alike = ['alice', 'Alice', 'Álice', 'alice ', 'ali', 'Ａ', '\u{1f600}', '￿']

/** Records of many users, agents and paths, of which some have none. */
function mixedRecords(count: number): StoredRecord[] {
  const random = new Random(11)
  const paths: readonly (Json | undefined)[] = [...alike, '', 7, true, null, ['alice'], undefined]
  return storedRecords(count, n => {
    const path = paths[random.below(paths.length)]
    return {
      orgId: random.below(10) === 0 ? 'other' : orgId,
      userId: alike[random.below(alike.length + 1)] ?? null,
      agentId: random.below(3) === 0 ? null : `agent-${random.below(30)}`,
      updatedAt: startTime + random.below(1_000_000),
      metadata: { n, ...(path !== undefined && { path: { of: path } }) },
    }
  })
}

/** What `scopes` must say, counted one by one. */
function counted(records: readonly StoredRecord[], valueOf: (record: StoredRecord) => unknown): ScopeValue[] {
  const values = new Map<string, ScopeValue>()
  for (const record of records) {
    const value = valueOf(record)
    if (typeof value !== 'string') continue
    const { memories = 0, updatedAt = 0 } = values.get(value) ?? {}
    values.set(value, {
      value,
      memories: memories + 1,
      updatedAt: Math.max(updatedAt, record.updatedAt),
    })
  }
  return [...values.values()].toSorted((a, b) => compareCodePoints(a.value, b.value))
}

const pathOf = ({ metadata }: StoredRecord): unknown => (metadata['path'] as { of?: unknown } | undefined)?.of

/** The values of all pages. */
async function readScopes(store: Store, request: ScopesRequest): Promise<ScopeValue[]> {
  const values: ScopeValue[] = []
  for (let after = request.after; ;) {
    const page = await store.scopes({ ...request, after })
    ok(page.length <= request.limit, `a page of ${page.length} values`)
    ok(
      after === undefined || page[0]?.value !== after,
      `a page begins with ${after}, which it is to come after`,
    )
    values.push(...page)
    if (page.length < request.limit) return values
    after = page.at(-1)?.value
  }
}

export const countingCases: readonly Case<Store>[] = [
  ...casesOf<Store>('count', {
    'is the number of records that a query returns': async store => {
      await store.put(mixedRecords(200))
      for (const scope of [
        { orgId },
        { orgId, userId: 'alice' },
        { orgId, agentId: 'agent-1' },
        { orgId: 'nobody' },
      ]) {
        for (const filter of [
          undefined,
          { 'metadata.n': { lt: 50 } },
          { not: { 'metadata.path.of': 'ali' } },
        ]) {
          const request = { scope, where: filter && parseWhere(filter) }
          const found = await readAll(store, request)
          equal(await store.count(request), found.length, JSON.stringify(request))
        }
      }
    },

    'forgets what is deleted': async store => {
      const records = storedRecords(10)
      await store.put(records)
      await store.delete(records.slice(0, 4).map(keyOf))
      equal(await store.count({ scope: { orgId } }), 6)
      await store.deleteAll({ orgId })
      equal(await store.count({ scope: { orgId } }), 0)
    },
  }),

  ...casesOf<Store>('scopes', {
    'finds keys of any script, with dots and spaces, and those that every object has': async store => {
      const keys = [
        'Größe',
        'in.cm',
        '7 days',
        '身長',
        'constructor',
        'toString',
        'hasOwnProperty',
        'prototype',
      ]
      await store.put(
        storedRecords(4, n => ({
          metadata: n === 3 ? {} : Object.fromEntries(keys.map(key => [key, { [key]: `v${n % 2}` }])),
        })),
      )
      for (const key of keys) {
        const found = await store.scopes({ scope: { orgId }, by: { path: [key, key] }, limit: 10 })
        deepEqual(
          found.map(({ value, memories }) => [value, memories]),
          [
            ['v0', 2],
            ['v1', 1],
          ],
          key,
        )
      }
    },

    'tells each value with its records and their newest change': async store => {
      const records = mixedRecords(1000)
      await store.put(records)
      const own = records.filter(record => record.orgId === orgId)
      const limit = 1000
      deepEqual(
        await store.scopes({ scope: { orgId }, by: byUser, limit }),
        counted(own, ({ userId }) => userId),
      )
      deepEqual(
        await store.scopes({ scope: { orgId }, by: byAgent, limit }),
        counted(own, ({ agentId }) => agentId),
      )
      deepEqual(await store.scopes({ scope: { orgId }, by: byPath, limit }), counted(own, pathOf))
    },

    'sees exactly the scope and what passes the filter': async store => {
      const records = mixedRecords(300)
      await store.put(records)
      const scope = { orgId, userId: 'alice' }
      const where = parseWhere({ 'metadata.n': { gte: 100 } })
      const own = records.filter((record, n) => n >= 100 && inScope(record, scope))
      const found = await store.scopes({ scope, by: byAgent, where, limit: 100 })
      deepEqual(
        found,
        counted(own, ({ agentId }) => agentId),
      )
      deepEqual(await store.scopes({ scope: { orgId: 'nobody' }, by: byUser, limit: 100 }), [])
    },

    'pages of any limit are one answer, in order of code points': async store => {
      const records = mixedRecords(300)
      await store.put(records)
      for (const by of [byUser, byAgent, byPath]) {
        const all = await store.scopes({ scope: { orgId }, by, limit: 1000 })
        deepEqual(
          all.map(({ value }) => value),
          all.map(({ value }) => value).toSorted(compareCodePoints),
        )
        for (const limit of [1, 3, 7]) {
          deepEqual(await readScopes(store, { scope: { orgId }, by, limit }), all, `pages of ${limit}`)
        }
      }
    },

    'a value goes with its last record': async store => {
      const [one, two] = [storedRecord(1, { userId: 'ana' }), storedRecord(2, { userId: 'ben' })]
      await store.put([one, two])
      await store.delete([keyOf(one)])
      const left = await store.scopes({ scope: { orgId }, by: byUser, limit: 10 })
      deepEqual(left, [{ value: 'ben', memories: 1, updatedAt: two.updatedAt }])
    },
  }),
]
