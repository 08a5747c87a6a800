import type { Memory } from '@agentmem/core'
import { HashEmbedder } from '@agentmem/core'
import { AgentmemStore, toLangChainEmbeddings } from '@agentmem/langgraph'
import { InMemoryStore } from '@langchain/langgraph-checkpoint'
import { openMemory } from './open-memory.ts'

export interface BothStores extends AsyncDisposable {
  readonly memory: Memory
  readonly ours: AgentmemStore
  readonly theirs: InMemoryStore
}

/** LangGraph's own store and ours, on the same embeddings of the same fields. */
export async function bothStores(fields: string[] = ['text']): Promise<BothStores> {
  const memory = await openMemory(64)
  const embeddings = toLangChainEmbeddings(new HashEmbedder({ dimensions: 64 }))
  return {
    memory,
    ours: new AgentmemStore(memory.scope({ agentId: 'langgraph' }), { fields, mode: 'vector' }),
    theirs: new InMemoryStore({ index: { dims: 64, embeddings, fields } }),
    [Symbol.asyncDispose]: () => memory.close(),
  }
}
