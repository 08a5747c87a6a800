import { freshFolder } from '@agentmem/conformance'
import { HashEmbedder, Memory } from '@agentmem/core'
import type { Store } from '@agentmem/core'
import { openUsearchIndex } from '@agentmem/usearch'
import { AgentmemStore } from '@agentmem/langgraph'
import { openPostgresStore } from '@agentmem/postgres'
import { openSqliteStore } from '@agentmem/sqlite'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { HumanMessage } from '@langchain/core/messages'
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph'
import type { BaseCheckpointSaver, LangGraphRunnableConfig } from '@langchain/langgraph'
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite'
import { expect, test } from 'vitest'
import { freshSchema } from './fresh-schema.ts'

/** A graph that notes what it is told, and answers a question by its notes of that user. */
function assistant(checkpointer: BaseCheckpointSaver, store: AgentmemStore) {
  const answer = async ({ messages }: typeof MessagesAnnotation.State, config: LangGraphRunnableConfig) => {
    const { user } = config.configurable as { user: string }
    const said = messages.at(-1)?.text ?? ''
    const notes = ['users', user, 'notes']
    if (!said.endsWith('?')) {
      await config.store?.put(notes, `note-${messages.length}`, { text: said })
      return { messages: [{ role: 'assistant', content: 'Noted.' }] }
    }
    const found = (await config.store?.search(notes, { query: said, limit: 1 })) ?? []
    return { messages: [{ role: 'assistant', content: String(found[0]?.value['text'] ?? 'I do not know.') }] }
  }
  return new StateGraph(MessagesAnnotation)
    .addNode('answer', answer)
    .addEdge(START, 'answer')
    .addEdge('answer', END)
    .compile({ checkpointer, store })
}

async function openMemory(store: Store, index: string): Promise<Memory> {
  return Memory.open({
    store,
    index: await openUsearchIndex({ path: index, dimensions: 64 }),
    embedder: new HashEmbedder({ dimensions: 64 }),
  })
}

/** Told in one thread, recalled in another, also by a program that was started anew; another user sees nothing. */
async function recallsAcrossThreads(
  open: () => Promise<{ memory: Memory; checkpointer: BaseCheckpointSaver }>,
): Promise<void> {
  const say = async (
    { memory, checkpointer }: { memory: Memory; checkpointer: BaseCheckpointSaver },
    [user, thread, text]: readonly [string, string, string],
  ) => {
    const store = new AgentmemStore(memory, {
      fields: ['text'],
      scope: label => ({ agentId: 'assistant', userId: label(1) }),
    })
    const configurable = { thread_id: thread, user }
    const { messages } = await assistant(checkpointer, store).invoke(
      { messages: [new HumanMessage(text)] },
      { configurable },
    )
    return { answer: messages.at(-1)?.text, length: messages.length }
  }
  {
    const first = await open()
    await using _memory = first.memory
    expect(await say(first, ['ada', '1', 'My train to Porto leaves at nine.'])).toEqual({
      answer: 'Noted.',
      length: 2,
    })
    expect(await say(first, ['ada', '1', 'I am allergic to nuts.'])).toEqual({ answer: 'Noted.', length: 4 })
    expect(await say(first, ['bo', '2', 'I like cellos.'])).toEqual({ answer: 'Noted.', length: 2 })
    const recalled = { answer: 'My train to Porto leaves at nine.', length: 2 }
    expect(await say(first, ['ada', '3', 'When does my train leave?'])).toEqual(recalled)
    const unknown = { answer: 'I like cellos.', length: 2 }
    expect(await say(first, ['bo', '4', 'When do cellos and the train leave?'])).toEqual(unknown)
    expect((await say(first, ['eve', '5', 'When does the train leave?'])).answer).toBe('I do not know.')
  }
  const second = await open()
  await using _memory = second.memory
  const again = { answer: 'My train to Porto leaves at nine.', length: 4 }
  expect(await say(second, ['ada', '3', 'And when does my train leave?'])).toEqual(again)
  expect(await second.memory.count({ userId: 'ada' })).toBe(2)
}

test('a graph on SQLite, with its checkpoints there too, recalls in one thread what it was told in another', async () => {
  await using folder = await freshFolder()
  await recallsAcrossThreads(async () => ({
    memory: await openMemory(await openSqliteStore({ path: folder.file() }), folder.file('index.usearch')),
    checkpointer: SqliteSaver.fromConnString(folder.file('checkpoints.db')),
  }))
})

describeWithServer('postgres', 'a graph on Postgres, with its checkpoints there too', server => {
  test('recalls in one thread what it was told in another', async () => {
    await using folder = await freshFolder()
    await using schema = await freshSchema(server().url)
    const savers: PostgresSaver[] = []
    await recallsAcrossThreads(async () => {
      const saver = PostgresSaver.fromConnString(schema.url, { schema: schema.schema })
      savers.push(saver)
      await saver.setup()
      return {
        memory: await openMemory(await openPostgresStore(schema), folder.file('index.usearch')),
        checkpointer: saver,
      }
    })
    await Promise.all(savers.map(saver => saver.end()))
  })
})
