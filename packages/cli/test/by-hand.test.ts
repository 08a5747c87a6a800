import { cp } from 'node:fs/promises'
import { freshFolder } from '@agentmem/conformance'
import type { FreshFolder } from '@agentmem/conformance'
import { afterAll, describe, expect, test } from 'vitest'
import { agentmem, answerOf, newFolder } from './run-agentmem.ts'

let template: Promise<{ folder: FreshFolder; ids: string[] }> | undefined
afterAll(async () => (await template)?.folder.remove())

/** A folder with three memories of ada and one of bob; the ids in this order. */
async function filled(): Promise<{ folder: string; ids: string[] }> {
  template ??= fill()
  const filled = await template
  const folder = await newFolder()
  await cp(filled.folder.path, folder, { recursive: true })
  return { folder, ids: filled.ids }
}

async function fill(): Promise<{ folder: FreshFolder; ids: string[] }> {
  const folder = await freshFolder()
  const ids: string[] = []
  for (const args of [
    [
      'Ada',
      'drinks',
      'tea',
      '--user',
      'ada',
      '--metadata',
      '{"topic": "food"}',
      '--created-at',
      '2026-01-01',
    ],
    ['Ada plays the cello', '--user', 'ada', '--run', 'music', '--created-at', '2026-01-02'],
    ['Ada moved to Porto', '--user', 'ada', '--created-at', '2026-01-03'],
    ['Bob likes chess', '--user', 'bob', '--created-at', '2026-01-04'],
  ]) {
    const { results } = await answerOf(folder.path, ['add', ...args])
    ids.push((results as { id: string }[])[0]?.id ?? '')
  }
  return { folder, ids }
}

describe('add', () => {
  test('prints the id, and with --dedupe the id of what is there already', async () => {
    const folder = await newFolder()
    const first = await agentmem(folder, ['add', 'Ada drinks tea', '--user', 'ada'])
    expect(first).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^[0-9a-f-]{36}\n$/) as string,
    })
    const again = await agentmem(folder, ['add', 'Ada drinks tea', '--user', 'ada', '--dedupe'])
    expect(again.stdout).toBe(`${first.stdout.trim()}  (was there already)\n`)
  })

  test('reads stdin, and keeps every field it is given', async () => {
    const folder = await newFolder()
    const args = [
      'add',
      '-',
      '--agent',
      'a',
      '--role',
      'user',
      '--actor',
      'Ada',
      '--importance',
      '0.9',
      '--type',
      'fact',
    ]
    const { stdout } = await agentmem(folder, args, { input: 'two\nlines\n' })
    const { results } = await answerOf(folder, ['get', stdout.trim()])
    const fields = {
      memory: 'two\nlines',
      agentId: 'a',
      role: 'user',
      actorId: 'Ada',
      importance: 0.9,
      type: 'fact',
    }
    expect(results).toMatchObject([fields])
  })

  test.each([
    [['add', 'x'], /add needs at least one of --user/],
    [['add', 'x', '--user', 'a', '--metadata', '[1]'], /metadata must be a plain object/],
    [['add', 'x', '--user', 'a', '--created-at', 'soon'], /createdAt/],
    [['add', '  ', '--user', 'a'], /white space|empty/],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await agentmem(await newFolder(), args)
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
  })
})

test('list shows a scope page by page, newest or oldest first', async () => {
  const { folder, ids } = await filled()
  const first = await answerOf(folder, ['list', '--user', 'ada', '--limit', '2'])
  expect(first['results']).toMatchObject([{ id: ids[2] }, { id: ids[1] }])
  const rest = await answerOf(folder, [
    'list',
    '--user',
    'ada',
    '--limit',
    '2',
    '--after',
    String(first['next']),
  ])
  expect(rest['results']).toMatchObject([{ id: ids[0] }])
  const oldest = await agentmem(folder, ['list', '--user', 'ada', '--oldest', '--limit', '1'])
  expect(oldest.stdout).toBe(`2026-01-01 00:00  ${ids[0]}\n    Ada drinks tea\n`)
  expect(oldest.stderr).toContain('There are more: --after ')
  const where = ['--where', '{"metadata.topic": "food"}']
  expect((await answerOf(folder, ['list', '--user', 'ada', ...where]))['results']).toHaveLength(1)
})

test('get shows memories by their ids, and says which are not there', async () => {
  const { folder, ids } = await filled()
  const [tea = '', cello = ''] = ids
  const found = await agentmem(folder, ['get', tea, 'none', cello])
  expect(found.stdout).toContain('Ada drinks tea')
  expect(found.stdout).toContain('Ada plays the cello')
  expect([found.code, found.stderr]).toEqual([1, 'agentmem: There is no memory with the id none.\n'])
  expect((await agentmem(folder, ['get', tea, '--user', 'bob'])).code).toBe(1)
})

test('delete removes by id or a whole scope, and history tells of it', async () => {
  const { folder, ids } = await filled()
  const [tea = '', cello = '', porto = ''] = ids
  expect(await answerOf(folder, ['delete', tea, '--user', 'bob'])).toEqual({ deleted: 0 })
  expect(await answerOf(folder, ['delete', tea, 'none'])).toEqual({ deleted: 1 })
  const { history } = await answerOf(folder, ['history', tea])
  expect(history).toMatchObject([{ event: 'ADD', newValue: 'Ada drinks tea' }, { event: 'DELETE' }])
  const some = ['delete', '--all', '--user', 'ada', '--where', '{"runId": "music"}', '--purge-history']
  expect(await answerOf(folder, some)).toEqual({ deleted: 1 })
  expect((await answerOf(folder, ['history', cello]))['history']).toEqual([])
  expect(await answerOf(folder, ['delete', '--all', '--user', 'ada'])).toEqual({ deleted: 1 })
  expect((await answerOf(folder, ['history', porto]))['history']).toHaveLength(2)
  expect(await answerOf(folder, ['count', '--user', 'bob'])).toEqual({ count: 1 })
})

test.each([
  [['delete'], /takes ids, or --all/],
  [['delete', 'x', '--all', '--user', 'a'], /takes ids, or --all/],
  [['delete', '--all'], /needs at least one of --user/],
  [['delete', 'x', '--where', '{}'], /--where goes with --all/],
  [['users', '--by', 'orgId'], /--by takes userId, agentId, runId or metadata\.KEY/],
  [['count'], /needs at least one of --user/],
])('%j is refused', async (args, message) => {
  const { folder } = await filled()
  const { code, stderr } = await agentmem(folder, args)
  expect(stderr).toMatch(message)
  expect(code).toBe(2)
})

test('users and count say who is there, and how much', async () => {
  const { folder } = await filled()
  const { stdout } = await agentmem(folder, ['users'])
  expect(stdout).toMatch(/^ {8}3 {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}ada\n {8}1 {2}.* {2}bob\n$/)
  expect((await answerOf(folder, ['users', '--by', 'metadata.topic']))['results']).toMatchObject([
    { value: 'food', memories: 1 },
  ])
  expect((await answerOf(folder, ['users', '--by', 'runId', '--user', 'ada']))['results']).toMatchObject([
    { value: 'music', memories: 1 },
  ])
  expect((await agentmem(folder, ['count', '--user', 'ada'])).stdout).toBe('3\n')
})

test('copy moves a scope into another store, with history, and repeated adds nothing', async () => {
  const { folder, ids } = await filled()
  const [tea = ''] = ids
  const to = ['--store', 'sqlite:./other.db']
  const copy = ['copy', 'sqlite:./other.db', '--user', 'ada', '--history']
  expect(await answerOf(folder, copy)).toMatchObject({ copied: 3, skipped: 0 })
  expect(await answerOf(folder, copy)).toMatchObject({ copied: 0, skipped: 3, different: 0 })
  expect((await answerOf(folder, ['get', tea, ...to]))['results']).toMatchObject([
    { memory: 'Ada drinks tea' },
  ])
  expect((await answerOf(folder, ['history', tea, ...to]))['history']).toHaveLength(1)
  expect((await answerOf(folder, ['users', ...to]))['results']).toMatchObject([{ value: 'ada', memories: 3 }])
  expect((await agentmem(folder, ['copy', 'sqlite:./other.db'])).stdout).toBe(
    '1 memory copied, 3 were there already\n',
  )
  const own = await agentmem(folder, ['copy', 'nosuch:./x'])
  expect([own.code, own.stderr]).toEqual([2, expect.stringContaining("There is no store 'nosuch'") as string])
})
