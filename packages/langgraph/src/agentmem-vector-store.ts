import { randomUUID } from 'node:crypto'
import { MemoryError } from '@agentmem/core'
import type { Memory, MemoryItem, Metadata, OwnScope, Where } from '@agentmem/core'
import { requireOwner, show } from '@agentmem/core/adapter'
import { Document } from '@langchain/core/documents'
import type { DocumentInterface } from '@langchain/core/documents'
import type { EmbeddingsInterface } from '@langchain/core/embeddings'
import { VectorStore } from '@langchain/core/vectorstores'
import { itemId } from './item-id.ts'

/** Where documents are kept: a Memory, and whose they are where it is not bound to somebody. */
export interface AgentmemVectorStoreOptions extends OwnScope {
  readonly memory: Memory
}

/** What is deleted: documents by their ids, or all that pass a filter. */
export interface DeleteDocuments {
  readonly ids?: readonly string[]
  readonly filter?: Where
}

/** The key of the metadata that keeps a document's id, which is unique for its owner alone. */
const idKey = 'documentId'

/**
 * LangChain's VectorStore over a Memory: a document is a memory, and a score the cosine similarity. The Memory embeds
 * the documents; `embeddings`, which embeds the queries, must be of its model. Memories that were added otherwise are
 * documents as well.
 *
 * @example
 * const store = await AgentmemVectorStore.fromTexts(texts, [], embeddings, { memory, agentId: 'library' })
 * const documents = await store.asRetriever(5).invoke('what grows in the shade?')
 */
export class AgentmemVectorStore extends VectorStore {
  declare FilterType: Where
  readonly #memory: Memory

  constructor(embeddings: EmbeddingsInterface, { memory, ...scope }: AgentmemVectorStoreOptions) {
    super(embeddings, {})
    const named = Object.keys(scope).length > 0 ? memory.scope(scope) : memory
    this.#memory = requireOwner(named, 'AgentmemVectorStore')
  }

  static override async fromTexts(
    texts: string[],
    metadatas: object[] | object,
    embeddings: EmbeddingsInterface,
    options: AgentmemVectorStoreOptions,
  ): Promise<AgentmemVectorStore> {
    const metadataOf = (i: number): unknown => (Array.isArray(metadatas) ? metadatas[i] : metadatas)
    const documents = texts.map(
      (pageContent, i) => new Document({ pageContent, metadata: (metadataOf(i) ?? {}) as Metadata }),
    )
    return this.fromDocuments(documents, embeddings, options)
  }

  static override async fromDocuments(
    documents: DocumentInterface[],
    embeddings: EmbeddingsInterface,
    options: AgentmemVectorStoreOptions,
  ): Promise<AgentmemVectorStore> {
    const store = new AgentmemVectorStore(embeddings, options)
    await store.addDocuments(documents)
    return store
  }

  /** Over documents and memories that are there already. */
  static async fromExistingIndex(
    embeddings: EmbeddingsInterface,
    options: AgentmemVectorStoreOptions,
  ): Promise<AgentmemVectorStore> {
    return new AgentmemVectorStore(embeddings, options)
  }

  _vectorstoreType(): string {
    return 'agentmem'
  }

  /** Stores documents in one transaction, each in the place of the one that has its id, and returns their ids. */
  addDocuments(
    documents: DocumentInterface[],
    options: { readonly ids?: readonly string[] } = {},
  ): Promise<string[]> {
    return this.#add(documents, [], options.ids)
  }

  async addVectors(
    vectors: number[][],
    documents: DocumentInterface[],
    options: { readonly ids?: readonly string[] } = {},
  ): Promise<string[]> {
    if (vectors.length === documents.length) return this.#add(documents, vectors, options.ids)
    throw invalid(
      `addVectors has ${vectors.length} vectors for ${documents.length} documents; give one each.`,
    )
  }

  /** Removes documents. Ids that are not there are passed over. */
  override async delete(which: DeleteDocuments = {}): Promise<void> {
    const { ids, filter, ...others } = which
    if (Object.keys(others).length > 0 || (ids === undefined) === (filter === undefined)) {
      throw invalid(`delete takes either ids or a filter, not ${show(which)}.`)
    }
    if (filter !== undefined) await this.#memory.deleteAll({ where: filter })
    else await this.#memory.deleteBatch([...(ids ?? []), ...(ids ?? []).map(id => this.#idOf(id))])
  }

  async similaritySearchVectorWithScore(
    query: number[],
    k: number,
    filter?: Where,
  ): Promise<[DocumentInterface, number][]> {
    const where = filter === undefined ? {} : { where: filter }
    const { results } = await this.#memory.search({ embedding: query }, { topK: k, ...where })
    return results.map(found => [documentOf(found), found.score])
  }

  async #add(
    documents: readonly DocumentInterface[],
    vectors: readonly number[][],
    ids: readonly string[] = [],
  ): Promise<string[]> {
    const named = documents.map((document, i) => ids[i] ?? document.id ?? randomUUID())
    const inputs = documents.map(({ pageContent, metadata }, i) => {
      if (idKey in metadata)
        throw invalid(`The metadata of a document has the key '${idKey}', which keeps its id.`)
      const id = named[i] ?? ''
      return {
        id: this.#idOf(id),
        content: pageContent,
        metadata: { ...metadata, [idKey]: id },
        embedding: vectors[i],
      }
    })
    await this.#memory.addBatch(inputs, { onTaken: 'replace' })
    return named
  }

  #idOf(id: string): string {
    return itemId(this.#memory.bound, ['document', id])
  }
}

function documentOf({
  id,
  memory,
  metadata: { [idKey]: given, ...metadata },
}: MemoryItem): DocumentInterface {
  return new Document({ pageContent: memory, metadata, id: typeof given === 'string' ? given : id })
}

function invalid(message: string): MemoryError {
  return new MemoryError('INVALID_ARGUMENT', message)
}
