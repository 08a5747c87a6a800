import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { freshFolder, ModelScript, scriptedModel } from '@agentmem/conformance'
import type { LanguageModel, ModelRequest } from '@agentmem/core/adapter'
import { describe, expect, onTestFinished, test } from 'vitest'

import { eachInParallel } from '../answers/kept/each-in-parallel.ts'
import { KeptLines } from '../answers/kept/kept-lines.ts'
import { KeptModel } from '../answers/kept/kept-model.ts'
import { openTranscript } from '../answers/kept/run-files.ts'
import { SpendingLimit } from '../answers/kept/spending-limit.ts'
import { countO200k } from '../inference/count-o200k.ts'

const file = async (): Promise<string> => {
  const folder = await freshFolder()
  onTestFinished(() => folder.remove())
  return folder.file('lines.ndjson')
}
interface Line {
  readonly key: string
  readonly text: string
}
const open = (path: string, writes = true) => KeptLines.open<Line>(path, line => line, writes)

describe('kept lines', () => {
  test('are there again, the last of a key, whatever is in them', async () => {
    const path = await file()
    const lines = await open(path)
    lines.append({ key: 'a', text: 'old' })
    lines.append({ key: 'b', text: 'with\na line\u2028and 日本' })
    lines.append({ key: 'a', text: 'new' })
    const again = await open(path)
    expect(again.values()).toEqual(lines.values())
    expect([again.get('a')?.text, again.get('b')?.text]).toEqual(['new', 'with\na line\u2028and 日本'])
  })

  test.each([1, 70_000, 200_000])('lose a last line without an end of %i characters', async length => {
    const path = await file()
    ;(await open(path)).append({ key: 'a', text: 'kept' })
    await appendFile(path, 'x'.repeat(length))
    const again = await open(path)
    expect(again.values()).toEqual([{ key: 'a', text: 'kept' }])
    again.append({ key: 'b', text: 'next' })
    expect((await open(path)).values()).toHaveLength(2)
  })

  test('are none where nothing but a line without an end is there', async () => {
    const path = await file()
    await writeFile(path, '{"key":')
    expect((await open(path)).values()).toEqual([])
    expect(await readFile(path, 'utf8')).toBe('')
  })

  test('say which line is no JSON', async () => {
    const path = await file()
    await writeFile(path, '{"key":"a"}\nnonsense\n')
    await expect(open(path)).rejects.toThrow(/lines\.ndjson, line 2 is no JSON.*Remove the line/)
  })

  test('that are only read leave their file as it is', async () => {
    const path = await file()
    await writeFile(path, '{"key":"a","text":"kept"}\n{"key":')
    const lines = await open(path, false)
    lines.append({ key: 'b', text: 'known here' })
    expect(lines.values()).toHaveLength(2)
    expect(await readFile(path, 'utf8')).toBe('{"key":"a","text":"kept"}\n{"key":')
  })
})

const request = (user: string): ModelRequest => ({
  id: user,
  system: 'Answer.',
  user,
  name: 'answer',
  schema: { type: 'object' },
  maxOutputTokens: 100,
})

async function keptModel(inner: LanguageModel | undefined, limit = new SpendingLimit()) {
  const folder = await freshFolder()
  onTestFinished(() => folder.remove())
  const reopen = async (model = 'm', parameters = {}) =>
    new KeptModel({
      stage: 'answer',
      model,
      parameters,
      inner,
      transcript: await openTranscript(folder.path, true),
      limit,
      countTokens: text => text.length,
    })
  return { model: await reopen(), reopen, limit, transcriptFile: folder.file('transcript.ndjson') }
}

describe('a kept model', () => {
  test('asks the same thing once, in one call, at one time, and in another process', async () => {
    const script = new ModelScript().when('a', { says: 'A' }).when('b', { says: 'B' })
    const { model, reopen } = await keptModel(scriptedModel(script))
    const twice = [request('a'), { ...request('a'), id: 'again' }]
    const [first, other] = await Promise.all([model.generate(twice), model.generate([request('a')])])
    expect([...first, ...other]).toMatchObject([{ text: 'A' }, { text: 'A' }, { text: 'A' }])
    expect(await (await reopen()).generate([request('b'), request('a')])).toMatchObject([
      { text: 'B' },
      { text: 'A' },
    ])
    script.assertPlayed()
    expect(script.requests).toHaveLength(2)
  })

  test('asks again for another model, other parameters and another bound', async () => {
    const { model, reopen } = await keptModel(undefined)
    const keys = [
      model.keyOf(request('a')),
      model.keyOf({ ...request('a'), maxOutputTokens: 101 }),
      (await reopen('other')).keyOf(request('a')),
      (await reopen('m', { temperature: 0 })).keyOf(request('a')),
    ]
    expect(new Set(keys).size).toBe(4)
    expect(model.keyOf({ ...request('a'), id: 'other' })).toBe(keys[0])
  })

  test('keeps prompt and answer, and an estimate where the endpoint counts nothing', async () => {
    const usage = { input: 0, output: 0 }
    const script = new ModelScript()
      .when('a', { says: 'yes', usage })
      .when('b', { says: 'no', finish: 'refused' })
    const { model, transcriptFile } = await keptModel(scriptedModel(script))
    await model.generate([request('a')])
    await model.generate([request('b')])
    const [first, second] = (await readFile(transcriptFile, 'utf8'))
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>)
    const asked = 'Answer.{"type":"object"}a'
    expect(first).toMatchObject({
      stage: 'answer',
      model: 'm',
      request: { system: 'Answer.', user: 'a' },
      answer: { text: 'yes', usage: { input: asked.length, output: 3 } },
      estimated: true,
    })
    expect(second).toMatchObject({ answer: { finish: 'refused' } })
    expect(second).not.toHaveProperty('estimated')
  })

  test('ends with the first failure, keeps what was answered, and asks nothing more', async () => {
    const script = new ModelScript().when('a', { says: 'A', takes: 50 }).when('b', { fails: 500 })
    const { model, limit, reopen } = await keptModel(scriptedModel(script))
    await expect(model.generate([request('a'), request('b')])).rejects.toMatchObject({ code: 'ABORTED' })
    expect(limit.reason?.code).toBe('UNAVAILABLE')
    await expect(model.generate([request('c')])).rejects.toMatchObject({ code: 'ABORTED' })
    expect(script.requests).toHaveLength(2)
    expect(await (await reopen()).generate([request('a')])).toMatchObject([{ text: 'A' }])
  })
})

describe('a limit of spending', () => {
  test('lets no request through that might pass the tokens, and waits for those in flight to say what they took', async () => {
    const limit = new SpendingLimit({ calls: Infinity, tokens: 100 })
    const settle = await limit.admit(80)
    let admitted = false
    const second = limit.admit(40).then(done => {
      admitted = true
      return done
    })
    await Promise.resolve()
    expect(admitted).toBe(false)
    settle(50)
    ;(await second)(50)
    expect(limit.spent).toEqual({ calls: 2, tokens: 100 })
    await expect(limit.admit(1)).rejects.toMatchObject({ code: 'ABORTED' })
    expect(limit.reason).toMatchObject({ code: 'BUDGET' })
    expect(limit.reason?.message).toMatch(/2 calls and 100 tokens/)
  })
})

test.each([
  ['a <|endoftext|> b', 9, 9],
  ['It rained in Porto.', 6, 6],
  // By the tokenizer alone: minutes.
  ['a'.repeat(200_000), 25_000, 27_000],
  ['\n'.repeat(200_000), 10_000, 15_000],
])('tokens are counted of any text', (text, least, most) => {
  expect(countO200k(text)).toBeGreaterThanOrEqual(least)
  expect(countO200k(text)).toBeLessThanOrEqual(most)
})

test('work in parallel ends after a failure, when what was begun is done', async () => {
  const [begun, done]: [number[], number[]] = [[], []]
  const work = eachInParallel([0, 1, 2, 3, 4], 2, async item => {
    begun.push(item)
    await new Promise(resolve => setImmediate(resolve))
    if (item === 1) throw new Error('one failed')
    await new Promise(resolve => setImmediate(resolve))
    done.push(item)
  })
  await expect(work).rejects.toThrow('one failed')
  expect([begun, done]).toEqual([[0, 1], [0]])
})
