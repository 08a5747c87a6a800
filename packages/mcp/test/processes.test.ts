import { freshFolder } from '@agentmem/conformance'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { answerOf, commandClient, program, stdioClient } from './clients.ts'

/** Few, so that the tests stay short; `npm run test:kills` makes it 20. */
const kills = Number(process.env['AGENTMEM_KILLS'] ?? 3)

const twenty = Array.from({ length: 20 }, (_, n) => n)

test('what was acknowledged is there after kill -9 between two calls', async () => {
  await using folder = await freshFolder()
  const acknowledged: string[] = []
  for (let kill = 0; kill < kills; kill++) {
    const env = { HOME: folder.path }
    const client = await commandClient(2, [program, '--user', 'ada'], env)
    for (let n = 0; n < 5; n++) {
      // JSON leaves U+2028 and U+2029 as they are, and some take them for the end of a line.
      const text = `note ${kill}-${n}\u2028of \u2029three lines`
      await answerOf(client, 'add_memory', { texts: [text] })
      acknowledged.push(text)
    }
    const pid = client.pid()
    if (pid === null) throw new Error('The server has no process')
    process.kill(pid, 'SIGKILL')
    await client.close()
  }
  const client = await stdioClient(2, folder.path, ['--user', 'ada'])
  const { memories } = await answerOf(client, 'get_memories', { limit: 100 })
  await client.close()
  const kept = (memories as { memory: string }[]).map(({ memory }) => memory)
  expect(kept.toSorted()).toEqual(acknowledged.toSorted())
})

describe('two windows of a client, each with a process of its own, write 20 memories each at once', () => {
  test('all 40 are there, and each sees what the other has just written', async () => {
    await using folder = await freshFolder()
    const windows = await Promise.all([0, 1].map(() => stdioClient(2, folder.path, ['--user', 'ada'])))
    await Promise.all(
      windows.flatMap((client, window) =>
        twenty.map(n => answerOf(client, 'add_memory', { texts: [`window ${window} note ${n}`] })),
      ),
    )
    for (const client of windows) {
      const { memories } = await answerOf(client, 'get_memories', { limit: 100 })
      expect(memories).toHaveLength(40)
    }
    const [first, second] = windows
    if (!first || !second) throw new Error('Two clients were opened')
    await answerOf(first, 'add_memory', { texts: ['Ada plays the cello'] })
    expect(
      await answerOf(second, 'search_memories', { query: 'who plays the cello?', topK: 1 }),
    ).toMatchObject({
      memories: [{ memory: 'Ada plays the cello' }],
    })
    await Promise.all(windows.map(client => client.close()))
  })

  test('with the reference memory server most are lost, without an error', async () => {
    await using folder = await freshFolder()
    const require = createRequire(import.meta.url)
    const script = join(
      require.resolve('@modelcontextprotocol/server-memory/package.json'),
      '../dist/index.js',
    )
    const env = { MEMORY_FILE_PATH: join(folder.path, 'memory.jsonl') }
    const windows = await Promise.all([0, 1].map(() => commandClient(2, [script], env)))
    const outcomes = await Promise.allSettled(
      windows.flatMap((client, window) =>
        twenty.map(n => {
          const entities = [{ name: `window ${window} note ${n}`, entityType: 'note', observations: ['x'] }]
          return client.callTool({ name: 'create_entities', arguments: { entities } })
        }),
      ),
    )
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([])
    const [reader] = windows
    const graph = (await reader?.callTool({ name: 'read_graph', arguments: {} })) as {
      structuredContent?: { entities: unknown[] }
      content: { text: string }[]
    }
    const { entities } = graph.structuredContent ?? JSON.parse(graph.content[0]?.text ?? '{"entities":[]}')
    console.log(`the reference memory server kept ${entities.length} of 40`)
    expect(entities.length).toBeLessThan(40)
    await Promise.all(windows.map(client => client.close()))
  })
})
