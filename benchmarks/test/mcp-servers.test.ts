import { freshFolder } from '@agentmem/conformance'
import { describe, expect, test } from 'vitest'

import { mcpServers } from '../peers/mcp-server.ts'
import { countAfterKill, countAfterTwoProcesses, measureMcpServer } from '../peers/measure-mcp-server.ts'

const timeout = 120_000
const [ours = ''] = mcpServers

describe.each(mcpServers)('%s', name => {
  test('is measured, and finds texts as they were written', { timeout }, async () => {
    await using folder = await freshFolder()
    const times = await measureMcpServer(name, folder.path, { memories: 200, calls: 5 })
    expect(times).toMatchObject({ asWritten: 5, asked: 5 })
    expect([times.write.length, times.batch.length, times.search.length]).toEqual([5, 2, 5])
  })
})

test('ours loses nothing, to another process or to a kill', { timeout }, async () => {
  await using together = await freshFolder()
  await using killed = await freshFolder()
  expect(await countAfterTwoProcesses(ours, together.path)).toBe(40)
  expect(await countAfterKill(ours, killed.path, 10)).toBe(10)
})
