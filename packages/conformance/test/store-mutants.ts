import { MapStore } from '@agentmem/core'
import type { Key, MemoryRecord, Store, StoredRecord, WhereNode } from '@agentmem/core/adapter'
import type { Mutant } from './mutant.ts'
import { overrideMethods } from './override-methods.ts'
import { mutant } from './store-mutant.ts'
import { cascadeMutants } from './cascade-mutants.ts'
import { commitMutants } from './commit-mutants.ts'
import { readingMutants } from './reading-mutants.ts'
import { sharingMutants } from './sharing-mutants.ts'
import { stagingMutants } from './staging-mutants.ts'
import { writingMutants } from './writing-mutants.ts'
import { storeTenantMutants } from './tenant-mutants.ts'
import { textMutants } from './text-mutants.ts'

function changing(
  group: string,
  fails: string,
  fault: string,
  change: (record: StoredRecord) => Partial<StoredRecord>,
): Mutant<Store> {
  return mutant(group, fails, fault, store => ({
    put: (records, options) =>
      store.put(
        records.map(record => ({ ...record, ...change(record) })),
        options,
      ),
  }))
}

/** What SQL makes of a filter by itself: no comparison with an absent value holds, nor its opposite. */
function withSqlNulls(node: WhereNode): WhereNode {
  if (node.op === 'and' || node.op === 'or') return { ...node, nodes: node.nodes.map(withSqlNulls) }
  if (node.op !== 'not' || node.node.op !== 'eq') return node
  return { op: 'and', nodes: [node, { op: 'exists', target: node.node.target }] }
}

/** The case that fails for a method which goes by the organization and the id of a key alone. */
const keyPartCases = {
  get: 'a key that names a user',
  patch: 'changes nothing of others',
  delete: 'leaves what belongs to others',
  history: 'tells each user only',
}

function ignoringKeyParts(method: keyof typeof keyPartCases): Mutant<Store> {
  const cut = ({ orgId, id }: Key): Key => ({ orgId, id })
  const fault = `takes no notice of whom a key names in ${method}`
  return mutant(method, keyPartCases[method], fault, store => {
    const methods: Pick<Store, keyof typeof keyPartCases> = {
      get: (keys, options) => store.get(keys.map(cut), options),
      patch: (patches, options) =>
        store.patch(
          patches.map(patch => ({ ...patch, key: cut(patch.key) })),
          options,
        ),
      delete: (keys, options) => store.delete(keys.map(cut), options),
      history: (keys, options) => store.history(keys.map(cut), options),
    }
    return { [method]: methods[method] }
  })
}

const wrongValues: readonly Mutant<Store>[] = [
  changing('vectors', 'keeps every bit', 'loses the sign of -0', ({ vector }) => ({
    vector: vector?.map(value => value + 0) ?? null,
  })),
  changing(
    'identity',
    'users that look alike',
    'ignores spaces at the end, as some collations do',
    ({ userId }) => ({
      userId: userId?.trimEnd() || userId,
    }),
  ),
  changing('identity', 'ids that look alike', 'ignores case in ids', ({ id }) => ({ id: id.toLowerCase() })),
  changing('content', 'text of every kind', 'normalizes text', ({ content }) => ({
    content: content.normalize(),
  })),
  changing('content', 'metadata of every kind', 'keeps metadata one level deep', ({ metadata }) => ({
    metadata: Object.fromEntries(Object.entries(metadata).filter(([, value]) => typeof value !== 'object')),
  })),
  changing('times', 'times of long ago', 'keeps no time before 1970', ({ createdAt }) => ({
    createdAt: Math.max(createdAt, 0),
  })),
]

const wrongWrites: readonly Mutant<Store>[] = [
  mutant('put', 'keeps a batch of 10', 'reports an id it did not store', store => ({
    put: (records, options) => store.put(records.length > 1 ? records.slice(0, -1) : records, options),
  })),
  mutant(
    'put',
    'keeps batches whose records are alike',
    "gives all of a batch the first one's role",
    store => ({
      put: (records, options) =>
        store.put(
          records.map(record => ({ ...record, role: records[0]?.role ?? null })),
          options,
        ),
    }),
  ),
  mutant('put', 'writes all of a batch or none', 'writes a part of a batch that fails', store => ({
    put: async (records, options) => {
      try {
        return await store.put(records, options)
      } catch (error) {
        await store.put(records.slice(0, 100), options)
        throw error
      }
    },
  })),
  mutant('duplicates', 'a record whose dedupe key is taken', 'drops a duplicate from its receipt', store => ({
    put: async (records, options) => ({ ...(await store.put(records, options)), duplicates: new Map() }),
  })),
  mutant('duplicates', 'an id that another organization has', 'swallows an error', store => ({
    put: (records, options) => store.put(records, options).catch(() => ({ duplicates: new Map() })),
  })),
  mutant('duplicates', 'of one dedupe key in writes', 'checks for duplicates before it writes', store => ({
    put: async (records, options) => {
      const taken = new Set((await allRecords(store)).map(record => record.hash))
      await new Promise(resolve => setImmediate(resolve))
      const isNew = (record: StoredRecord): boolean => record.dedupeKey === null || !taken.has(record.hash)
      return store.put(
        records.filter(isNew).map(record => ({ ...record, dedupeKey: null })),
        options,
      )
    },
  })),
  mutant('patch', 'another version than expected', 'ignores the expected version', store => ({
    patch: (patches, options) =>
      store.patch(
        patches.map(patch => ({ ...patch, expectVersion: undefined })),
        options,
      ),
  })),
  mutant('patch', 'a record that must exist', 'changes what is there of a batch', store => ({
    patch: (patches, options) =>
      store.patch(
        patches.map(patch => ({ ...patch, mustExist: false })),
        options,
      ),
  })),
  mutant('patch', 'the dedupe key goes with the content', 'leaves the old dedupe key', store => ({
    patch: (patches, options) =>
      store.patch(
        patches.map(patch => ({ ...patch, dedupeKey: undefined })),
        options,
      ),
  })),
  ...(['get', 'patch', 'delete', 'history'] as const).map(ignoringKeyParts),
  mutant('delete', 'removes records and vectors', 'leaves vectors of deleted records behind', store => {
    const left = new Map<string, Float32Array>()
    return {
      put: async (records, options) => {
        for (const { id, vector } of records) if (vector) left.set(id, vector)
        return store.put(records, options)
      },
      vectors: async keys => keys.map(key => left.get(key.id)),
    }
  }),
  mutant('deleteAll', 'removes exactly the scope', 'deletes more than the scope', store => ({
    deleteAll: ({ runId: _runId, ...scope }, options) => store.deleteAll(scope, options),
  })),
  mutant('deleteAll', 'with purgeHistory', 'purges no history', store => ({
    deleteAll: scope => store.deleteAll(scope),
  })),
  mutant(
    'meta',
    'writes nothing, and returns false',
    'ignores what a meta value is expected to be',
    store => ({
      writeMeta: entries => store.writeMeta(entries.map(({ key, value }) => ({ key, value }))),
    }),
  ),
  mutant('budgets', 'put of 10 new records', 'writes a batch one by one', store => ({
    put: async (records, options) => {
      const receipts = []
      for (const record of records) receipts.push(await store.put([record], options))
      return { duplicates: new Map(receipts.flatMap(({ duplicates }) => [...duplicates])) }
    },
  })),
  mutant('budgets', 'get, vectors and history of 500 keys', 'reads keys one by one', store => ({
    get: async keys => {
      const found: (MemoryRecord | undefined)[] = []
      for (const key of keys) found.push(...(await store.get([key])))
      return found
    },
  })),
]

const wrongReads: readonly Mutant<Store>[] = [
  mutant('get', 'answers in the order of the keys', 'reorders results', store => ({
    get: async keys => (await store.get(keys)).toReversed(),
  })),
  mutant('get', 'an id of another organization', 'leaks what belongs to another organization', store => ({
    get: keys => store.get(keys.map(key => ({ ...key, orgId: 'acme' }))),
  })),
  mutant('query', 'no record is met twice', 'counts pages from the start', store => ({
    async *query({ pageSize = 500, ...query }, options) {
      for (let start = 0; ; start += pageSize) {
        const all: MemoryRecord[] = []
        for await (const page of store.query(query, options)) all.push(...page)
        if (start >= all.length) return
        yield all.slice(start, start + pageSize)
      }
    },
  })),
  mutant('query', 'sees exactly the scope', 'leaks a scope', store => ({
    query: ({ scope: { agentId: _agentId, ...scope }, ...query }) => store.query({ ...query, scope }),
  })),
  mutant('where', 'absent, null and false', 'takes over the null logic of SQL', store => ({
    query: query => store.query({ ...query, where: query.where && withSqlNulls(query.where) }),
  })),
  mutant('where', 'agrees with the evaluator', 'takes over the null logic of SQL', store => ({
    query: query => store.query({ ...query, where: query.where && withSqlNulls(query.where) }),
  })),
  mutant('history', 'tells adding, changing and deleting', 'loses the history row of a change', store => ({
    history: async keys =>
      (await store.history(keys)).map(entries => entries.filter(entry => entry.event !== 'UPDATE')),
  })),
  mutant('log', 'read from 0', 'loses the tombstones', store => ({
    changes: async request => ({ ...(await store.changes(request)), deletes: [] }),
  })),
  mutant('log', 'pages of any limit', 'skips what does not fit on a page', store => ({
    changes: async request => ({
      ...(await store.changes(request)),
      cursor: (await store.head()).position,
      done: true,
    }),
  })),
  mutant('log', 'a receipt tells', 'names positions that it did not take', store => ({
    put: async (records, options) => {
      const { duplicates, span } = await store.put(records, options)
      return { duplicates, span: span && { after: span.after, upTo: span.upTo + 1 } }
    },
  })),
  mutant('log', 'has one lineage', 'names its log anew for each question', store => {
    let asked = 0
    return { head: async () => ({ ...(await store.head()), lineage: `question ${asked++}` }) }
  }),
  mutant(
    'durability',
    'records, vectors, history, log and meta',
    'forgets its meta when it is closed',
    store => {
      const written = new Set<string>()
      return {
        writeMeta: async entries => {
          for (const { key } of entries) written.add(key)
          return store.writeMeta(entries)
        },
        readMeta: async keys =>
          (await store.readMeta(keys)).map((value, i) => (written.has(keys[i] ?? '') ? value : undefined)),
      }
    },
  ),
  mutant(
    'durability',
    'it continues where it was',
    'declares that it is durable and keeps nothing',
    ({ supports }) => overrideMethods<Store>(new MapStore(), { supports }),
  ),
  mutant('facts', 'stats count', 'counts what is deleted', store => ({
    stats: async () => ({ ...(await store.stats()), memories: (await store.head()).position }),
  })),
]

const unguarded: readonly Mutant<Store>[] = [
  ['guards', 'put refuses', 'takes what it is given'],
  ['hostile calls', 'get throws nothing', 'reads whatever it is given'],
  ['guards', 'unknown options', 'takes any option'],
  ['lifecycle', 'put on a closed one', 'goes on when it is closed'],
  ['abort', 'put with an aborted signal', 'writes for a caller who has gone'],
  ['abort', 'put ends with its signal', 'waits for its backend whatever the signal'],
  ['errors', 'put passes on a failure', 'throws the errors of its driver'],
].map(([group = '', fails = '', fault = '']) => ({ group, fails, fault, unguarded: true }))

export const storeMutants: readonly Mutant<Store>[] = [
  ...wrongValues,
  ...wrongWrites,
  ...sharingMutants,
  ...stagingMutants,
  ...textMutants,
  ...wrongReads,
  ...readingMutants,
  ...writingMutants,
  ...cascadeMutants,
  ...commitMutants,
  ...storeTenantMutants,
  ...unguarded,
]

async function allRecords(store: Store): Promise<MemoryRecord[]> {
  const records: MemoryRecord[] = []
  for await (const page of store.query({ scope: { orgId: 'acme' } })) records.push(...page)
  return records
}
