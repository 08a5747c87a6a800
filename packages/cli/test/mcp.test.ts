import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newFolder, startAgentmem } from './run-agentmem.ts'

test('agentmem mcp speaks the protocol and nothing else on stdout, and ends with its client', async () => {
  const folder = await newFolder()
  const { child, ended } = startAgentmem(folder, ['mcp', '--user', 'ada'], { HOME: folder })
  const said = (message: object): void =>
    void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  const clientInfo = { name: 'test', version: '1' }
  said({
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo },
  })
  said({ method: 'notifications/initialized' })
  const texts = ['Ada drinks tea']
  said({ id: 2, method: 'tools/call', params: { name: 'add_memory', arguments: { texts } } })
  const lines: string[] = []
  for await (const chunk of child.stdout) {
    lines.push(
      ...String(chunk)
        .split('\n')
        .filter(line => line !== ''),
    )
    if (lines.length === 2) break
  }
  child.stdin.end()
  const { code, stderr } = await ended
  const answers = lines.map(line => JSON.parse(line) as { result: object })
  expect(answers[0]?.result).toMatchObject({ serverInfo: { name: 'agentmem' } })
  expect(answers[1]?.result).toMatchObject({
    structuredContent: { results: [{ memory: texts[0], event: 'ADD' }] },
  })
  expect([code, stderr]).toEqual([0, ''])
  expect(existsSync(join(folder, '.agentmem/memories.db'))).toBe(true)
})
