import { describe, expect, test } from 'vitest'
import { partialNote } from '../src/terminal/format-hits.ts'
import { agentmem, answerOf, newFolder } from './run-agentmem.ts'

const lines = [
  {
    content: 'Ada drinks green tea in the morning.',
    userId: 'ada',
    createdAt: '2025-03-01T08:30:00Z',
    metadata: { cups: 2 },
  },
  {
    content: 'Ada keeps her tea\nin a tin box.',
    userId: 'ada',
    createdAt: '2025-03-02T09:00:00Z',
    metadata: { cups: 0 },
  },
  { content: 'Bob drinks black tea.', userId: 'bob', runId: 'r1', createdAt: '2025-03-03T10:00:00Z' },
]
const input = lines.map(line => JSON.stringify(line)).join('\n')

async function teaFolder(...options: string[]): Promise<string> {
  const folder = await newFolder()
  await agentmem(folder, ['import', '-', ...options], { input })
  return folder
}

const talk = [
  { content: 'Which tea do you like?', createdAt: '2025-03-01T08:30:00Z' },
  { content: 'Green, always.', createdAt: '2025-03-01T08:31:00Z' },
]

async function talkFolder(): Promise<string> {
  const folder = await newFolder()
  const input = talk.map(line => JSON.stringify({ ...line, userId: 'ada', runId: 'tea' })).join('\n')
  await agentmem(folder, ['import', '-'], { input })
  return folder
}

describe('a search', () => {
  test('prints one block a hit, best first: score, time and text', async () => {
    const { code, stdout, stderr } = await agentmem(await teaFolder(), [
      'search',
      'who',
      'drinks',
      'green',
      'tea?',
      '--user',
      'ada',
    ])
    expect([code, stderr]).toEqual([0, ''])
    const indent = ' '.repeat(26)
    const [first = '', second = '', third = '', ...rest] = stdout.split('\n')
    expect(first).toMatch(/^ 1\.000  2025-03-01 08:30  Ada drinks green tea in the morning\.$/)
    expect(second).toMatch(/^ 0\.\d{3}  2025-03-02 09:00  Ada keeps her tea$/)
    expect([third, ...rest]).toEqual([`${indent}in a tin box.`, ''])
  })

  test('keeps to the scope, the number, the threshold and the filter it is given', async () => {
    const folder = await teaFolder()
    const found = async (...options: string[]): Promise<string[]> => {
      const { results } = await answerOf(folder, ['search', 'drinks green tea', ...options])
      return (results as { memory: string }[]).map(({ memory }) => memory.slice(0, 10))
    }
    expect(await found('--user', 'ada')).toEqual(['Ada drinks', 'Ada keeps '])
    expect(await found('--user', 'ada', '--top-k', '1')).toEqual(['Ada drinks'])
    expect(await found('--user', 'ada', '--threshold', '0.3')).toEqual(['Ada drinks'])
    expect(await found('--user', 'ada', '--where', '{"metadata.cups":{"lt":1}}')).toEqual(['Ada keeps '])
    expect(await found('--run', 'r1')).toEqual(['Bob drinks'])
    expect(await found('--user', 'ada', '--org', 'elsewhere')).toEqual([])
  })

  test('that finds nothing says so on stderr', async () => {
    const outcome = await agentmem(await teaFolder(), ['search', 'tea', '--user', 'nobody'])
    expect(outcome).toEqual({ code: 0, stdout: '', stderr: 'Nothing found.\n' })
  })

  test('with --json prints one object on one line, text as it is', async () => {
    const { stdout } = await agentmem(await teaFolder(), ['search', 'tin box', '--user', 'ada', '--json'])
    expect(stdout.split('\n')).toHaveLength(2)
    const { results } = JSON.parse(stdout) as { results: unknown[] }
    expect(results[0]).toMatchObject({
      memory: 'Ada keeps her tea\nin a tin box.',
      userId: 'ada',
      metadata: { cups: 0 },
    })
  })

  test('shows no character that a terminal would obey', async () => {
    const folder = await newFolder()
    const content = '\u001B[2Jwiped \u009B31m red \u0007'
    await agentmem(folder, ['import', '-', '--user', 'eve'], { input: JSON.stringify({ content }) })
    const { stdout } = await agentmem(folder, ['search', 'wiped', '--user', 'eve'])
    expect(stdout).toContain('wiped')
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  })

  test('with another embedder than the store was written with is refused, and does no harm', async () => {
    const folder = await teaFolder('--embedder', 'hash')
    const { code, stderr } = await agentmem(folder, [
      'search',
      'tea',
      '--user',
      'ada',
      '--embedder',
      'hash:64',
    ])
    expect(stderr).toMatch(/384 dimensions.*\n--embedder names the model/s)
    expect(code).toBe(1)
    expect(await answerOf(folder, ['verify'])).toMatchObject({ ok: true, checked: 3 })
  })

  test('goes by words with the hash embedder too, and by the vectors with --mode vector', async () => {
    const folder = await teaFolder('--embedder', 'hash')
    const scoresOf = async (...options: string[]): Promise<Record<string, number>[]> => {
      const args = ['search', 'green tea', '--user', 'ada', '--explain', ...options]
      const { results } = await answerOf(folder, args)
      return (results as { scores: Record<string, number> }[]).map(({ scores }) => scores)
    }
    expect(await scoresOf()).toMatchObject([
      { text: 1, coverage: 1 },
      { coverage: expect.any(Number) as number },
    ])
    const [first] = await scoresOf('--mode', 'vector')
    expect(Object.keys(first ?? {})).toEqual(['similarity'])
  })

  test('shows the memories beside each with --expand, and how its score came about with --explain', async () => {
    const args = ['search', 'green', '--user', 'ada', '--top-k', '1', '--expand', '1', '--explain']
    const { stdout } = await agentmem(await talkFolder(), args)
    const [found, neighbour, explained] = stdout.split('\n')
    const indent = ' '.repeat(26)
    expect(found).toMatch(/  2025-03-01 08:31  Green, always\.$/)
    expect(neighbour).toBe(`${indent}2025-03-01 08:30  Which tea do you like?`)
    expect(explained).toMatch(/^ {26}\d+% of the score: its words and those of the texts beside it/)
  })

  test('finds the answer beside its question, and not with --no-context', async () => {
    const folder = await talkFolder()
    const found = async (...options: string[]): Promise<string[]> => {
      const { results } = await answerOf(folder, ['search', 'which tea?', '--user', 'ada', ...options])
      return (results as { memory: string }[]).map(({ memory }) => memory)
    }
    expect(await found()).toContain('Green, always.')
    expect(await found('--no-context')).toEqual(['Which tea do you like?'])
  })

  test('works with the index in memory', async () => {
    const { results } = await answerOf(await teaFolder('--embedder', 'hash'), [
      'search',
      'tin box',
      '--user',
      'ada',
      '--index',
      'exact',
      '--mode',
      'vector',
    ])
    expect(results).toHaveLength(2)
  })
})

test.each([['search', 'x', '--user', 'a'], ['export'], ['stats'], ['verify']])(
  '%s refuses a store that is not there, and makes none',
  async (...args) => {
    const folder = await newFolder()
    const { code, stdout, stderr } = await agentmem(folder, args, {
      env: { AGENTMEM_STORE: 'sqlite:./none.db' },
    })
    expect(stderr).toContain('none.db')
    expect([code, stdout]).toEqual([1, ''])
  },
)

test.each([
  [['text', 'rerank'], 'There are more texts than fit in memory: the newest were searched.'],
  [['rerank'], undefined],
  [undefined, undefined],
] as const)('an answer that lacks %s says about its texts: %s', (partial, note) => {
  expect(partialNote({ results: [], ...(partial && { partial: [...partial] }) })).toBe(note)
})
