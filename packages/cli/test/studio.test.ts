import { describe, expect, test } from 'vitest'
import { agentmem, newFolder, startAgentmem } from './run-agentmem.ts'
import type { Running } from './run-agentmem.ts'

describe('agentmem studio', () => {
  test('prints a URL whose token opens the memory that the address names, and ends at Ctrl-C', async () => {
    const folder = await memoryOfAda()
    const running = startAgentmem(folder, ['studio'])
    const url = await firstLine(running)
    const page = await fetch(url)
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('agentmem studio')])
    expect(await call(url, 'about')).toEqual({
      label: 'sqlite:./agentmem.db',
      bound: { orgId: 'default' },
      readOnly: false,
    })
    const { results } = await call(url, 'search', { query: 'tea', scope: { userId: 'ada' } })
    expect(results).toMatchObject([{ memory: 'Ada drinks tea' }])
    running.child.kill('SIGINT')
    const { code, stderr } = await running.ended
    expect([code, stderr]).toEqual([0, 'Open it in a browser; Ctrl-C ends it.\n'])
  })

  test('is read-only, and of one user, where it is told so', async () => {
    const folder = await memoryOfAda()
    await agentmem(folder, ['add', 'Ben collects stamps', '--user', 'ben'])
    const running = startAgentmem(folder, ['studio', '--read-only', '--user', 'ben', '--json'])
    const { url } = JSON.parse(await firstLine(running)) as { url: string }
    expect(await call(url, 'about')).toMatchObject({ bound: { userId: 'ben' }, readOnly: true })
    expect(await call(url, 'scopes', { by: 'userId' })).toMatchObject({ results: [{ value: 'ben' }] })
    expect(await call(url, 'delete', { id: 'x' })).toMatchObject({ error: { code: 'UNSUPPORTED' } })
    running.child.kill('SIGTERM')
    expect(await running.ended).toMatchObject({ code: 0, stderr: '' })
  })

  test('makes no memory where there is none, and says when its port is taken', async () => {
    const folder = await newFolder()
    const none = await agentmem(folder, ['studio'])
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('agentmem add')])
    const other = await memoryOfAda()
    const first = startAgentmem(other, ['studio'])
    const { port } = new URL(await firstLine(first))
    const second = await agentmem(other, ['studio', '--port', port])
    expect([second.code, second.stderr]).toEqual([1, expect.stringContaining(`port ${port}`)])
    expect((await agentmem(other, ['studio', '--port', '70000'])).code).toBe(2)
  })
})

async function memoryOfAda(): Promise<string> {
  const folder = await newFolder()
  const { code } = await agentmem(folder, ['add', 'Ada drinks tea', '--user', 'ada'])
  expect(code).toBe(0)
  return folder
}

async function firstLine({ child }: Running): Promise<string> {
  for await (const chunk of child.stdout) return String(chunk).trim()
  throw new Error('it ended without a word')
}

async function call(url: string, name: string, input: object = {}): Promise<Record<string, unknown>> {
  const response = await fetch(new URL(`/api/${name}`, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${new URL(url).hash.slice(1)}` },
    body: JSON.stringify(input),
  })
  return (await response.json()) as Record<string, unknown>
}
