// One store of LangGraph, in a process of its own: measures it, writes until it is killed, or counts what is there.
import { writeSync } from 'node:fs'

import { HashEmbedder, Memory } from '@agentmem/core'
import { openHnswIndex } from '@agentmem/hnsw'
import { AgentmemStore, toLangChainEmbeddings } from '@agentmem/langgraph'
import { openPgvectorIndex } from '@agentmem/pgvector'
import { openPostgresStore } from '@agentmem/postgres'
import { openSqliteStore } from '@agentmem/sqlite'
import { InMemoryStore } from '@langchain/langgraph-checkpoint'
import type { BaseStore } from '@langchain/langgraph-checkpoint'
import { PostgresStore } from '@langchain/langgraph-checkpoint-postgres/store'
import pg from 'pg'

import { sampleTexts } from '../scenarios/sample-texts.ts'
import type { StoreTask, StoreTimes } from './langgraph-task.ts'

const embedder = new HashEmbedder()
const { dimensions } = embedder
const embeddings = toLangChainEmbeddings(embedder)
const fields = ['text']
const options = { fields, mode: 'vector' } as const
const namespace = ['users', 'ana']
const batchSize = 100

const open: Readonly<Record<string, (task: StoreTask) => Promise<BaseStore>>> = {
  'LangGraph InMemoryStore': async () =>
    new InMemoryStore({ index: { dims: dimensions, embeddings, fields } }),

  'LangGraph PostgresStore': async ({ url }) => {
    const index = { dims: dimensions, embed: embeddings, fields }
    const store = new PostgresStore({ connectionOptions: url, index })
    await store.setup()
    return store
  },

  'AgentmemStore, SQLite + hnsw': async ({ folder }) => {
    const store = await openSqliteStore({ path: `${folder}/memories.db` })
    const index = await openHnswIndex({ path: `${folder}/memories.hnsw`, dimensions })
    const memory = await Memory.open({ store, index, embedder })
    return new AgentmemStore(memory.scope({ agentId: 'langgraph' }), options)
  },

  'AgentmemStore, Postgres + pgvector': async ({ url }) => {
    // One connection, as the other has while it is asked in turn.
    const pool = new pg.Pool({ connectionString: url, max: 1, pipeline: true })
    const store = await openPostgresStore({ pool })
    const memory = await Memory.open({
      store,
      index: await openPgvectorIndex({ pool, dimensions }),
      embedder,
    })
    return new AgentmemStore(memory.scope({ agentId: 'langgraph' }), options)
  },
}

async function measure(store: BaseStore): Promise<StoreTimes> {
  let next = 0
  const items = (count: number) =>
    sampleTexts((next += count) - count, count).map((text, i) => ({
      namespace,
      key: `k${next + i}`,
      value: { text },
    }))
  const times = { put: [] as number[], batch: [] as number[], search: [] as number[] }
  const timed = async (into: number[], call: () => Promise<unknown>): Promise<void> => {
    const start = performance.now()
    await call()
    into.push(performance.now() - start)
  }
  await store.batch(items(batchSize))
  for (const { key, value } of items(200)) await timed(times.put, () => store.put(namespace, key, value))
  for (let i = 0; i < 10; i++) {
    const puts = items(batchSize)
    await timed(times.batch, () => store.batch(puts))
  }
  for (const query of sampleTexts(0, 100)) {
    await timed(times.search, async () => {
      const [found] = await store.search(namespace, { query, limit: 10 })
      if (found?.value['text'] !== query)
        throw new Error(`${query} is not found, but ${found?.value['text']}`)
    })
  }
  return times
}

async function answer(task: StoreTask): Promise<unknown> {
  const store = await open[task.store]?.(task)
  if (!store) throw new Error(`There is no store ${task.store}.`)
  if (task.work === 'measure') return measure(store)
  if (task.work === 'write') {
    for (const [n, text] of sampleTexts(0, 100_000).entries()) {
      await store.put(namespace, `k${n}`, { text })
      writeSync(1, `${n}\n`)
    }
  }
  const keys = Array.from({ length: Number(task.work) }, (_key, n) => ({ namespace, key: `k${n}` }))
  return (await store.batch(keys)).filter(item => item !== null).length
}

process.once('message', task => {
  answer(task as StoreTask).then(
    result => process.send?.({ result }, () => process.exit(0)),
    (error: unknown) => process.send?.({ error: String(error) }, () => process.exit(1)),
  )
})
