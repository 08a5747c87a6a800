import { ExactIndex, HashEmbedder, MapStore, RuleExtractor } from '@agentmem/core'
import {
  guardEmbedder,
  guardExtractor,
  guardIndex,
  guardReranker,
  guardStore,
  MemoryError,
} from '@agentmem/core/adapter'
import type { Embedder, Extractor, Reranker, Store, VectorIndex } from '@agentmem/core/adapter'
import { freshFolder, ModelScript, scriptedModel } from '../src/index.ts'
import type { FolderIndex, Harness, ScriptedParts } from '../src/index.ts'
import { openReference } from './open-reference.ts'
import { breakable, overrideMethods } from './override-methods.ts'
import type { Trouble } from './override-methods.ts'
import { WordReranker } from './word-reranker.ts'

/** How a test makes a part wrong, between the reference implementation and its guard. */
export interface Wrong<Part> {
  readonly mutate?: (part: Part) => Part
  /** Leaves the guard away. */
  readonly unguarded?: boolean
}

interface Reference<Part> {
  /** A part that keeps its data when it is closed, so that it can be opened again. */
  readonly lasting: () => Part
  readonly guard: (part: Part) => Part
}

/** A harness over a reference implementation, which can be opened again and broken, and made wrong. */
function harnessOf<Part extends Store | VectorIndex | Embedder | Reranker>({
  lasting,
  guard,
}: Reference<Part>) {
  return ({ mutate = part => part, unguarded = false }: Wrong<Part> = {}): Harness<Part> =>
    async () => {
      const kept = lasting()
      let trouble: Trouble = 'none'
      const { promise: until, resolve: end } = Promise.withResolvers<void>()
      const open = (): Part => {
        const part = mutate(breakable(kept, () => trouble))
        return unguarded ? part : guard(part)
      }
      const part = open()
      return {
        part,
        openAgain: async () => open(),
        breakBackend: async () => {
          trouble = 'broken'
        },
        silenceBackend: async () => {
          trouble = { until }
        },
        teardown: () => {
          end()
          return part.close()
        },
      }
    }
}

export const storeHarness: (wrong?: Wrong<Store>) => Harness<Store> = harnessOf<Store>({
  lasting: () =>
    overrideMethods<Store>(new MapStore(), {
      supports: Object.freeze({ durable: true, multiProcess: true, concurrentWrites: 1 }),
    }),
  guard: guardStore,
})

export const indexHarness: (wrong?: Wrong<VectorIndex>) => Harness<VectorIndex> = harnessOf<VectorIndex>({
  lasting: () => {
    const index = new ExactIndex(32)
    let standing = 0
    return overrideMethods<VectorIndex>(index, {
      supports: Object.freeze({ durable: true, exact: true, shared: true, transactional: false }),
      async apply(batch) {
        if (batch.after !== undefined && batch.after !== standing) {
          throw new MemoryError('CONFLICT', `The index stands at ${standing}, not at ${batch.after}.`)
        }
        standing = batch.cursor
        await index.apply(batch)
      },
      async clear() {
        standing = 0
        await index.clear()
      },
    })
  },
  guard: guardIndex,
})

export const embedderHarness: (wrong?: Wrong<Embedder>) => Harness<Embedder> = harnessOf<Embedder>({
  lasting: () => new HashEmbedder(),
  guard: guardEmbedder,
})

export const rerankerHarness: (wrong?: Wrong<Reranker>) => Harness<Reranker> = harnessOf<Reranker>({
  lasting: () => new WordReranker(),
  guard: guardReranker,
})

/** A model that is answered by a script. */
export function modelHarness({ mutate = part => part }: Wrong<ScriptedParts> = {}): Harness<ScriptedParts> {
  return async () => {
    const script = new ModelScript()
    const part = mutate({ script, model: scriptedModel(script) })
    return { part, teardown: () => part.model.close() }
  }
}

export function extractorHarness({ mutate = part => part }: Wrong<Extractor> = {}): Harness<Extractor> {
  return async () => {
    const part = mutate(guardExtractor(new RuleExtractor()))
    return { part, teardown: () => part.close() }
  }
}

/** An exact index in a thread, in a folder of its own. */
export function folderIndexHarness({ mutate = part => part }: Wrong<FolderIndex> = {}): Harness<FolderIndex> {
  return async () => {
    const folder = await freshFolder()
    const part = mutate({
      path: folder.path,
      open: openReference,
      opening: { module: import.meta.resolve('./open-reference.ts'), open: 'openReference' },
      kinds: ['entries'],
      slowKind: 'entries',
      savesAfter: 100,
      longBatch: 20_000,
    })
    return { part, teardown: folder.remove }
  }
}
