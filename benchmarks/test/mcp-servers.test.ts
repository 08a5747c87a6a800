import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { mcpServers } from '../peers/mcp-server.ts'
import { countAfterKill, countAfterTwoProcesses, measureMcpServer } from '../peers/measure-mcp-server.ts'

const timeout = 120_000
const [ours = ''] = mcpServers
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmem-mcp-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe.each(mcpServers)('%s', name => {
  test('is measured, and finds texts as they were written', { timeout }, async () => {
    const times = await measureMcpServer(name, folder, { memories: 200, calls: 5 })
    expect(times).toMatchObject({ asWritten: 5, asked: 5 })
    expect([times.write.length, times.batch.length, times.search.length]).toEqual([5, 2, 5])
  })
})

test('ours loses nothing to another process', { timeout }, async () => {
  expect(await countAfterTwoProcesses(ours, folder)).toBe(40)
})

test('ours loses nothing to a kill', { timeout }, async () => {
  expect(await countAfterKill(ours, folder, 10)).toBe(10)
})
