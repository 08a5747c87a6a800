import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { agentmem, answerOf, newFolder } from './run-agentmem.ts'
import { sampleFile, sampleLine, sampleLines } from './sample-lines.ts'

test('an import takes the files of other programs, and repeated adds nothing', async () => {
  const folder = await newFolder()
  const lines = [
    { type: 'entity', name: 'Ada', entityType: 'person', observations: ['drinks tea', 'plays the cello'] },
    { type: 'relation', from: 'Ada', to: 'Bruno', relationType: 'knows' },
  ]
  await writeFile(join(folder, 'memory.jsonl'), lines.map(line => JSON.stringify(line)).join('\n'))
  const args = ['import', 'memory.jsonl', '--from', 'mcp', '--user', 'ada']
  expect(await answerOf(folder, args)).toMatchObject({ imported: 3, skipped: 0 })
  expect(await answerOf(folder, args)).toMatchObject({ imported: 0, skipped: 3 })
  const unknown = await agentmem(folder, ['import', 'memory.jsonl', '--from', 'notion'])
  expect(unknown.stderr).toContain(
    '--from takes ndjson, json, chatgpt, claude, mem0, openai, mcp or langgraph, not',
  )
  expect(unknown.code).toBe(2)
})

describe('an import', () => {
  test('says how much was imported and that the index has it, on stdout, and nothing on stderr', async () => {
    const folder = await newFolder()
    const args = ['import', await sampleFile(folder, 1_200), '--embedder', 'hash']
    const { code, stdout, stderr } = await agentmem(folder, args)
    expect([code, stderr]).toEqual([0, ''])
    const [summary, index] = stdout.split('\n')
    expect(summary).toMatch(/^1,200 memories imported, 0 were there already, .+ m?s \([\d,]+\/s\)$/)
    expect(index).toMatch(/^the index holds them all, .+ m?s more$/)
    const stats = await answerOf(folder, ['stats'])
    expect(stats).toMatchObject({
      store: { memories: 1_200 },
      index: { vectors: 1_200 },
      follower: { tail: 0 },
    })
  })

  test.each([
    ['sqlite:./notes.v2.db', ['notes.v2.db', 'notes.v2.vectors-384.db']],
    ['pglite:./notes', ['notes', 'notes.vectors-384.db']],
  ])('makes the store %s and the index side by side', async (store, files) => {
    const folder = await newFolder()
    const file = await sampleFile(folder, 3)
    await answerOf(folder, ['import', file, '--store', store, '--embedder', 'hash'])
    expect((await readdir(folder)).filter(name => name !== file).sort()).toEqual(files)
    const search = ['search', 'violin', '--user', 'user-0', '--mode', 'vector', '--store', store]
    expect((await answerOf(folder, [...search, '--embedder', 'hash']))['results']).toHaveLength(1)
  })

  test('that is repeated adds nothing', async () => {
    const folder = await newFolder()
    const file = await sampleFile(folder, 300)
    expect(await answerOf(folder, ['import', file, '--embedder', 'hash'])).toMatchObject({
      imported: 300,
      skipped: 0,
      indexed: true,
    })
    expect(await answerOf(folder, ['import', file, '--batch-size', '7'])).toMatchObject({
      imported: 0,
      skipped: 300,
    })
  })

  test('reads stdin, plain texts and messages, and gives them the scope of the options', async () => {
    const folder = await newFolder()
    const input =
      '"Ada grows roses."\n\n{"role":"user","content":"Where do roses grow?"}\r\n{"content":"Roses!","userId":"bob"}'
    const args = ['import', '-', '--user', 'ada', '--agent', 'gardener', '--run', 'spring', '--json']
    const { code, stdout } = await agentmem(folder, args, { input })
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { imported: 3 }])
    const { results } = await answerOf(folder, ['search', 'roses', '--agent', 'gardener', '--run', 'spring'])
    const found = results as { memory: string; userId: string }[]
    expect(new Map(found.map(({ memory, userId }) => [memory, userId]))).toEqual(
      new Map([
        ['Ada grows roses.', 'ada'],
        ['Roses!', 'bob'],
        ['Where do roses grow?', 'ada'],
      ]),
    )
  })

  test('stops at a broken line, names it, and keeps what came before', async () => {
    const folder = await newFolder()
    const broken = '{"content": "cut off\n'
    const lines = [sampleLine(0), sampleLine(1), sampleLine(2), broken, sampleLine(4)]
    await writeFile(join(folder, 'broken.jsonl'), lines.join(''))
    const { code, stdout, stderr } = await agentmem(folder, ['import', 'broken.jsonl'])
    expect(stderr).toMatch(/^agentmem: Line 4: .*The 3 memories before it are stored/)
    expect([code, stdout]).toEqual([1, ''])
    expect(await answerOf(folder, ['stats'])).toMatchObject({ store: { memories: 3 } })

    await writeFile(join(folder, 'broken.jsonl'), lines.with(3, sampleLine(3)).join(''))
    expect(await answerOf(folder, ['import', 'broken.jsonl'])).toMatchObject({ imported: 2, skipped: 3 })
  })

  test.each([
    ['that belongs to nobody', '{"content":"x"}\n', 'Line 1'],
    [
      'with an unknown field',
      `${sampleLine(1)}{"content":"x","userId":"a","colour":"red"}\n`,
      "Line 2: .*'colour'",
    ],
  ])('stops at a line %s', async (_what, input, message) => {
    const { code, stderr } = await agentmem(await newFolder(), ['import', '-'], { input })
    expect(stderr).toMatch(new RegExp(message))
    expect(code).toBe(1)
  })

  test('refuses a number that would change, or keeps its digits as a text', async () => {
    const folder = await newFolder()
    const input = '{"content":"x","userId":"a","metadata":{"id":12345678901234567890}}\n'
    const refused = await agentmem(folder, ['import', '-'], { input })
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/Line 1: the number 12345678901234567890 /),
    ])
    const kept = await agentmem(folder, ['import', '-', '--large-integers', 'text', '--json'], { input })
    expect(JSON.parse(kept.stdout)).toMatchObject({ imported: 1 })
    expect((await agentmem(folder, ['export'])).stdout).toContain('"id":"12345678901234567890"')
    const where = ['search', 'x', '--user', 'a', '--where', '{"metadata.id":12345678901234567890}']
    const searched = await agentmem(folder, where)
    expect([searched.code, searched.stderr]).toEqual([
      2,
      expect.stringMatching(/write it as a text, in quotes/),
    ])
    expect((await agentmem(folder, ['import', '-', '--large-integers', 'round'], { input })).code).toBe(2)
  })

  test('reads one JSON array, and says so where it finds one', async () => {
    const folder = await newFolder()
    await writeFile(join(folder, 'array.json'), JSON.stringify([{ content: 'tea' }, 'milk'], null, 2))
    const args = ['import', 'array.json', '--user', 'ada']
    const refused = await agentmem(folder, args)
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/^agentmem: Line 1: /)])
    expect(await answerOf(folder, [...args, '--from', 'json'])).toMatchObject({ imported: 2, skipped: 0 })
    expect((await agentmem(folder, [...args, '--from', 'csv'])).code).toBe(2)
    const line = await agentmem(folder, ['import', '-', '--user', 'ada'], { input: '[{"content":"tea"}]' })
    expect([line.code, line.stderr]).toEqual([1, expect.stringMatching(/--from json/)])
  })

  test('of a file that is not there makes no store', async () => {
    const folder = await newFolder()
    const { code, stderr } = await agentmem(folder, ['import', 'missing.jsonl'])
    expect(stderr).toBe('agentmem: There is no file missing.jsonl.\n')
    expect([code, await readdir(folder)]).toEqual([1, []])
  })

  test('fills the index again when it was thrown away', async () => {
    const folder = await newFolder()
    const file = await sampleFile(folder, 200)
    await answerOf(folder, ['import', file, '--embedder', 'hash'])
    await rm(join(folder, 'agentmem.vectors-384.db'))
    expect(await answerOf(folder, ['verify'])).toMatchObject({ ok: true, checked: 200 })
  })
})

test('what is exported can be imported, vectors and all', async () => {
  const folder = await newFolder()
  await agentmem(folder, ['import', '-', '--embedder', 'hash'], { input: sampleLines(500) })
  const exported = await agentmem(folder, ['export'])
  const other = await newFolder()
  const args = ['import', '-', '--embedder', 'hash', '--json']
  const { stdout } = await agentmem(other, args, { input: exported.stdout })
  expect(JSON.parse(stdout)).toMatchObject({ imported: 500, skipped: 0 })
  expect((await agentmem(other, ['export'])).stdout).toBe(exported.stdout)
})
