import { parseWhere } from '@agentmem/core/adapter'
import type { Store } from '@agentmem/core/adapter'
import { keyOf, orgId, storedRecord } from '../data/records.ts'
import type { Case } from '../kit/case.ts'
import { hostileCases } from '../kit/hostile-cases.ts'
import type { SampleCalls } from '../kit/hostile-cases.ts'

const record = storedRecord(1)
const key = keyOf(record)
const { signal } = new AbortController()
const page = { after: 0, limit: 1 }

const samples: SampleCalls = {
  put: [[record], { signal, actor: 'a', embedder: 'm' }],
  patch: [[{ key, set: { importance: 1, metadata: { k: 1 } }, updatedAt: 1 }], { signal, actor: 'a' }],
  delete: [[key], { signal, actor: 'a' }],
  deleteAll: [
    { orgId, userId: 'nobody' },
    { signal, actor: 'a', purgeHistory: false },
  ],
  commit: [
    {
      puts: [{ ...record, id: 'b' }],
      patches: [{ key, set: { validTo: 1, supersededBy: 'b', deletedAt: null }, updatedAt: 1 }],
      deletes: [{ orgId, id: 'c' }],
      pending: [{ key: { orgId, id: 'b' }, at: 1, tokens: 1, notBefore: 1 }],
      done: [],
      postponed: [{ key, attempts: 1, notBefore: 1, parked: false, reason: 'r', answer: 'a' }],
    },
    { signal, actor: 'a', embedder: 'm' },
  ],
  pending: [{ scope: { orgId }, after: 0, limit: 1, state: 'waiting', now: 1 }, { signal }],
  touch: [[key], 1, { signal }],
  get: [[key], { signal }],
  vectors: [[key], { signal }],
  vectorsByHash: [[record.hash], { signal, embedder: 'm' }],
  query: [
    {
      scope: { orgId },
      where: parseWhere({ type: 'a', 'metadata.k': { in: [1] }, or: [{ role: 'user' }] }),
      order: { by: 'createdAt', direction: 'asc' },
      after: { time: 1, place: 0, id: 'x' },
      pageSize: 10,
    },
    { signal },
  ],
  texts: [{ scope: { orgId }, pageSize: 10 }, { signal }],
  history: [[key], { signal }],
  changes: [page, { signal }],
  textChanges: [page, { signal }],
  scopedChanges: [page, { signal }],
  head: [{ signal }],
  checkDatabase: [{ signal }],
  readMeta: [['k'], { signal }],
  writeMeta: [[{ key: 'k', value: 'v', expect: null }], { signal }],
  startStaging: ['m', { signal }],
  unstaged: [page, { signal }],
  stagedVectors: ['m', [record.hash], { signal }],
  stage: ['m', [{ hash: record.hash, vector: record.vector }], { signal }],
  adoptStaged: ['m', { signal, limit: 0, complete: async () => [] }],
}

/** What every method does with values that it does not expect. */
export const hostileCallCases: readonly Case<Store>[] = hostileCases<Store>(
  () => samples,
  Object.keys(samples),
)
