import type { Embedder } from '../contracts/embedder.ts'
import type { CallOptions } from '../contracts/log.ts'
import { embedderKey, identityOf, modelMismatch } from '../contracts/model-identity.ts'
import type { MetaEntry, Store } from '../contracts/store.ts'
import type { KeptVectors } from '../embedding-cache/cached-embedder.ts'

/** What a Memory uses of a Store, as the vectors of one model see it. */
export interface ModelStore
  extends
    Pick<
      Store,
      'name' | 'put' | 'patch' | 'delete' | 'deleteAll' | 'commit' | 'pending' | 'get' | 'vectors' | 'history'
    >,
    Pick<Store, 'query' | 'count' | 'scopes' | 'changes' | 'head' | 'readMeta' | 'writeMeta' | 'stats'>,
    Pick<Store, 'checkDatabase' | 'scopedChanges'>,
    KeptVectors {
  /** Whether memories of other organizations than 'default' may have plain ids: see `asHeld`. */
  readonly hasPlainIds: boolean
}

/** The meta entry of a Store whose ids were told apart by organization from its first memory on. */
const idsKey = 'ids'
const idsByOrg = 'by organization'

/**
 * Binds a Store to the model of an embedder. The Store refuses writes with `MODEL_MISMATCH` once its vectors are of
 * another model, and reads of vectors are refused here: the two models are never mixed.
 * Writes the identity of the model into a new Store; throws `MODEL_MISMATCH` for one that has another.
 */
export async function bindStore(store: Store, embedder: Embedder): Promise<ModelStore> {
  const model = identityOf(embedder)
  const [stored, ids] = await store.readMeta([embedderKey, idsKey])
  if (stored !== undefined && stored !== model) throw modelMismatch(store.name, stored, model)
  const isNew = stored === undefined
  const isEmpty = isNew && (await store.head()).position === 0
  const entries: MetaEntry[] = [{ key: embedderKey, value: model, expect: null }]
  if (isEmpty) entries.push({ key: idsKey, value: idsByOrg })
  const claimed = isNew && (await store.writeMeta(entries))
  // Another process was faster.
  if (isNew && !claimed) await checkModel(store, model)
  return modelStore(store, model, !isEmpty && ids !== idsByOrg)
}

function modelStore(store: Store, model: string, hasPlainIds: boolean): ModelStore {
  return {
    hasPlainIds,
    name: store.name,
    put: (records, options) => store.put(records, { ...options, embedder: model }),
    patch: (patches, options) => store.patch(patches, { ...options, embedder: model }),
    delete: store.delete.bind(store),
    deleteAll: store.deleteAll.bind(store),
    commit: (change, options) => store.commit(change, { ...options, embedder: model }),
    pending: store.pending.bind(store),
    get: store.get.bind(store),
    // The model is asked for after the read: the vectors are of this model if it was the Store's then.
    vectors: async (keys, options) => {
      const vectors = await store.vectors(keys, options)
      if (vectors.length > 0) await checkModel(store, model, options)
      return vectors
    },
    vectorsByHash: (hashes, options) => store.vectorsByHash(hashes, { ...options, embedder: model }),
    query: store.query.bind(store),
    count: store.count.bind(store),
    scopes: store.scopes.bind(store),
    history: store.history.bind(store),
    changes: async (request, options) => {
      const page = await store.changes(request, options)
      if (page.cursor > request.after) await checkModel(store, model, options)
      return page
    },
    scopedChanges: store.scopedChanges.bind(store),
    head: store.head.bind(store),
    readMeta: store.readMeta.bind(store),
    writeMeta: store.writeMeta.bind(store),
    stats: store.stats.bind(store),
    checkDatabase: store.checkDatabase.bind(store),
  }
}

async function checkModel(store: Store, model: string, { signal }: CallOptions = {}): Promise<void> {
  const [stored] = await store.readMeta([embedderKey], { signal })
  if (stored !== model) throw modelMismatch(store.name, stored, model)
}
