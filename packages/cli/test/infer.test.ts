import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { agentmem, answerOf, newFolder } from './run-agentmem.ts'

const rules = ['--extractor', 'rules']

/** A folder with a file of messages: two of ada and one of bob, the last of them with nothing to remember. */
async function withMessages(): Promise<string> {
  const folder = await newFolder()
  const lines = [
    { content: 'I moved to Porto in May. The flat has a balcony.', role: 'user', userId: 'ada' },
    { content: 'Which plants like shade?', role: 'user', userId: 'ada' },
    { content: 'I play chess on Mondays.', role: 'user', userId: 'bob' },
  ]
  await writeFile(join(folder, 'chat.jsonl'), lines.map(line => JSON.stringify(line)).join('\n'))
  return folder
}

async function factsOf(folder: string, user: string): Promise<string[]> {
  const where = ['--where', '{"origin": "model"}']
  const { results } = await answerOf(folder, ['list', '--user', user, '--oldest', ...where])
  return (results as { memory: string }[]).map(({ memory }) => memory).toSorted()
}

describe('messages', () => {
  test('of an import wait, are shown, and become facts when they are processed', async () => {
    const folder = await withMessages()
    const imported = await agentmem(folder, ['import', 'chat.jsonl', '--infer'])
    expect([imported.code, imported.stderr]).toEqual([0, ''])
    expect(imported.stdout).toMatch(
      /^3 messages imported, 0 were there already, .*\nthey wait: 'agentmem process' makes facts of them\n$/,
    )
    const waiting = await agentmem(folder, ['pending', '--user', 'ada'])
    expect(waiting.stdout).toMatch(
      /^waiting\n.*\n {4}I moved to Porto in May\. .*\n.*\n {4}Which plants like shade\?\n$/,
    )
    const { stdout, code } = await agentmem(folder, ['process', ...rules])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^3 messages done, .*; facts: 3 new, 0 in the place of others, 0 known\n/)
    expect(stdout).toMatch(
      /\n0 calls of a model: 0 tokens in, 0 out\nundo with: agentmem revert [0-9a-f-]{36}\n$/,
    )
    expect(await factsOf(folder, 'ada')).toEqual(['I moved to Porto in May.', 'The flat has a balcony.'])
    const none = await agentmem(folder, ['pending'])
    expect([none.stdout, none.stderr]).toEqual(['', 'Nothing waits.\n'])
  })

  test('become facts in the import where that names an extractor', async () => {
    const folder = await withMessages()
    const { imported, facts } = await answerOf(folder, ['import', 'chat.jsonl', '--infer', ...rules])
    expect([imported, facts]).toMatchObject([3, { failed: [], dropped: [], pending: 0, usage: { calls: 0 } }])
    expect(await factsOf(folder, 'bob')).toEqual(['I play chess on Mondays.'])
  })

  test('are processed up to a limit, in a scope, and by an extractor of the environment', async () => {
    const folder = await withMessages()
    await answerOf(folder, ['import', 'chat.jsonl', '--infer'])
    const env = { AGENTMEM_EXTRACTOR: 'rules' }
    const done = async (...args: string[]): Promise<unknown> => {
      const { stdout } = await agentmem(folder, ['process', ...args, '--json'], { env })
      return (JSON.parse(stdout) as { messages: string[] }).messages.length
    }
    expect(await done('--user', 'bob')).toBe(1)
    expect(await done('--limit', '1')).toBe(1)
    expect(await done()).toBe(1)
  })

  test('are shown page by page', async () => {
    const folder = await withMessages()
    await answerOf(folder, ['import', 'chat.jsonl', '--infer'])
    const first = await agentmem(folder, ['pending', '--limit', '2'])
    const cursor = /^There are more: --state waiting --after (\S+)\n$/.exec(first.stderr)?.[1] ?? ''
    const page = ['pending', '--state', 'waiting', '--after', cursor]
    const { waiting } = await answerOf(folder, page)
    expect(waiting).toMatchObject({ results: [{ memory: 'I play chess on Mondays.', reason: null }] })
    expect(await answerOf(folder, ['pending'])).toMatchObject({ parked: { results: [] } })
  })
})

test('revert undoes what a run inferred, and says how much that was', async () => {
  const folder = await withMessages()
  const { facts } = await answerOf(folder, ['import', 'chat.jsonl', '--infer', ...rules])
  const { batch } = facts as { batch: string }
  const other = await agentmem(folder, ['revert', batch, '--user', 'bob'])
  expect([other.code, other.stdout]).toEqual([0, '1 fact removed, 0 are in force again\n'])
  expect(await answerOf(folder, ['revert', batch])).toEqual({ removed: 2, restored: 0 })
  expect(await factsOf(folder, 'ada')).toEqual([])
  expect(await answerOf(folder, ['count', '--user', 'ada'])).toMatchObject({ count: 2 })
})

test.each([
  [['process'], /process needs --extractor/],
  [['process', '--extractor', 'magic'], /--extractor takes .*rules, not 'magic'/],
  [['process', ...rules, '--limit', '0'], /--limit takes a whole number/],
  [['process', ...rules, '--max-calls', 'few'], /--max-calls takes a number/],
  [['pending', '--state', 'done'], /--state takes waiting or parked, not 'done'/],
  [['pending', '--after', 'x'], /--after needs --state/],
  [['pending', '--state', 'parked', '--after', 'x'], /no cursor/],
  [['revert'], /'agentmem revert' needs BATCH/],
  [['import', 'chat.jsonl', ...rules], /--extractor goes with --infer/],
  [['import', 'chat.jsonl', '--max-calls', '3'], /--max-calls goes with --infer/],
])('%j is refused', async (args, message) => {
  const folder = await withMessages()
  await answerOf(folder, ['add', 'x', '--user', 'ada'])
  const { code, stderr } = await agentmem(folder, args)
  expect(stderr).toMatch(message)
  expect(code).toBe(2)
})
