import { HashEmbedder } from '@agentmem/core'
import { AgentmemStore, toLangChainEmbeddings } from '@agentmem/langgraph'
import { InMemoryStore } from '@langchain/langgraph-checkpoint'
import { expect, test } from 'vitest'
import { openMemory } from './open-memory.ts'

const value = {
  title: 'green tea',
  size: 7,
  flag: false,
  nothing: null,
  meta: { author: 'Ada', tags: ['a', 'b'], deep: { note: 'inner' } },
  chapters: [{ content: 'one', n: 1 }, { content: 'two' }, { other: true }, 'text'],
  list: ['x', 'y', 'z'],
  matrix: [
    ['p', 'q'],
    ['r', 's'],
  ],
}
const paths = [
  '$',
  'title',
  'size',
  'flag',
  'nothing',
  'absent',
  'meta',
  'meta.author',
  'meta.deep.note',
  'meta.absent.note',
  'title.length',
  'meta.tags',
  'meta.tags[*]',
  'chapters[*].content',
  'chapters[0].content',
  'chapters[-1]',
  'chapters[*]',
  'chapters[9].content',
  'list[0]',
  'list[-3]',
  'list[-4]',
  'list[3]',
  'title[0]',
  'matrix[*][1]',
  'meta.*',
  'meta.tags.*',
  '{title,size}',
  '{title, meta.author, absent}',
  'meta.{author,deep.note}',
  'constructor',
]

test.each(paths)('the texts of %s are those that the InMemoryStore embeds', async path => {
  const embedded: string[] = []
  const embeddings = toLangChainEmbeddings(new HashEmbedder({ dimensions: 64 }))
  const embedDocuments = async (texts: string[]) => {
    embedded.push(...texts)
    return texts.map(() => [1])
  }
  const theirs = new InMemoryStore({
    index: { dims: 1, embeddings: Object.assign(embeddings, { embedDocuments }) },
  })
  await theirs.put(['docs'], 'k', value, [path])

  await using memory = await openMemory()
  const bound = memory.scope({ agentId: 'langgraph' })
  await new AgentmemStore(bound).put(['docs'], 'k', value, [path])
  const [stored] = (await bound.getAll()).results
  // Theirs keeps the texts as keys of an object, where numbers come first.
  const lines = (text = ''): string[] => text.split('\n').toSorted()
  const expected = embedded.length > 0 ? embedded.join('\n') : JSON.stringify(value)
  expect(lines(stored?.memory)).toEqual(lines(expected))
  const found = await bound.search('tea', { topK: 5, mode: 'vector' })
  expect(found.results).toHaveLength(embedded.length > 0 ? 1 : 0)
})
