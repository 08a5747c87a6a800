import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { ModelScript, modelServer } from '@agentmem/conformance'
import { agentmem, answerOf, newFolder, startAgentmem } from './run-agentmem.ts'

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

describe('a model behind an address', () => {
  const key = { AGENTMEM_MODEL_KEY: 'sk-secret' }
  const model = ['--extractor', 'openai:small']

  test('makes the facts; what it could not do waits or is parked, with its reason, and is tried again', async () => {
    const folder = await withMessages()
    const script = new ModelScript()
      .when('balcony', { says: '', finish: 'refused' })
      .when('chess', { says: { facts: [] }, usage: { input: 900, output: 4 } })
    await using server = await modelServer(script)
    const url = ['--model-url', server.baseUrl]
    await answerOf(folder, ['import', 'chat.jsonl', '--infer'])
    const first = await agentmem(folder, ['process', ...model, ...url], { env: key })
    expect([first.code, first.stderr]).toEqual([1, ''])
    expect(first.stdout).toContain('1 message done')
    expect(first.stdout).toContain('2 given up: MODEL_ANSWER: ')
    const shown = await agentmem(folder, ['pending', '--state', 'parked'])
    expect(shown.stdout).toMatch(/^parked\n.*\n {4}I moved to Porto in May.*\n {4}1 tried: .*refus/)
    expect(JSON.stringify(server.bodies)).not.toContain('sk-secret')
    script.when('balcony', { says: { facts: [] } })
    const again = await agentmem(folder, ['process', ...model, ...url, '--retry-parked', '--json'], {
      env: key,
    })
    expect(again.code).toBe(0)
    expect(JSON.parse(again.stdout)).toMatchObject({ failed: [], usage: { calls: 1 } })
    script.assertPlayed()
  })

  test('is not asked for more than --max-calls, and what is left waits on', async () => {
    const folder = await withMessages()
    const script = new ModelScript().when('', { says: { facts: [] } })
    await using server = await modelServer(script)
    const env = { ...key, AGENTMEM_EXTRACTOR: 'openai:small', AGENTMEM_MODEL_URL: server.baseUrl }
    const args = ['import', 'chat.jsonl', '--infer', '--max-calls', '1', '--json']
    const { code, stdout } = await agentmem(folder, args, { env })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ imported: 3, facts: { usage: { calls: 1 } } })
    expect(server.bodies).toHaveLength(1)
    const { waiting } = await answerOf(folder, ['pending'])
    expect((waiting as { results: unknown[] }).results.length).toBeGreaterThan(0)
  })

  test('that is interrupted leaves the messages waiting', async () => {
    const folder = await withMessages()
    await using server = await modelServer(new ModelScript().when('', { takes: 60_000 }, { takes: 60_000 }))
    await answerOf(folder, ['import', 'chat.jsonl', '--infer'])
    const running = startAgentmem(folder, ['process', ...model, '--model-url', server.baseUrl], key)
    while (server.bodies.length === 0 && running.child.exitCode === null) await setTimeout(5)
    running.child.kill('SIGINT')
    const { code, stdout, stderr } = await running.ended
    expect([code, stdout]).toEqual([130, ''])
    expect(stderr).toBe(
      "Interrupted: 0 messages done, the others wait. Run 'agentmem process' to continue.\n",
    )
    const { waiting } = await answerOf(folder, ['pending'])
    expect((waiting as { results: unknown[] }).results).toHaveLength(3)
  })

  test('needs an address that is one', async () => {
    const folder = await withMessages()
    const { code, stderr } = await agentmem(folder, ['process', ...model, '--model-url', 'here'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('--model-url') as string])
  })
})
