import { Readable, Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { Where } from '../../src/contracts/where.ts'
import type { ScopeOptions } from '../../src/memory-api.ts'
import type { Memory } from '../../src/memory.ts'
import { openMemory } from '../kit/open-memory.ts'

/** Every call that says whom it is about. */
const calls: Readonly<Record<string, (memory: Memory, scope: ScopeOptions) => unknown>> = {
  scope: (memory, scope) => memory.scope(scope),
  add: (memory, scope) => memory.add('tea', scope),
  'add, of the input': (memory, scope) => memory.add({ content: 'tea', ...scope }),
  addBatch: (memory, scope) => memory.addBatch(['tea'], scope),
  'addBatch, of an input': (memory, scope) =>
    memory.addBatch([{ content: 'tea', ...scope }], { agentId: 'a' }),
  search: (memory, scope) => memory.search('tea', scope),
  searchBatch: (memory, scope) => memory.searchBatch([{ query: 'tea', ...scope }]),
  warm: (memory, scope) => memory.warm(scope),
  getAll: (memory, scope) => memory.getAll(scope),
  list: (memory, scope) => memory.list(scope).next(),
  deleteAll: (memory, scope) => memory.deleteAll(scope),
  exportTo: (memory, scope) => memory.exportTo(new Writable({ write: (_, __, done) => done() }), scope),
  importFrom: (memory, scope) => memory.importFrom(Readable.from(['{"content":"tea"}\n']), scope),
  'importFrom, of a line': (memory, scope) =>
    memory.importFrom(Readable.from([`${JSON.stringify({ content: 'tea', ...scope })}\n`])),
}

/** Each is a userId that the caller did not have. */
const missing: readonly (readonly [name: string, scope: ScopeOptions])[] = [
  ['null', { userId: null as unknown as string, agentId: 'a' }],
  ['undefined', { userId: undefined, agentId: 'a' }],
  ['null in scope', { scope: { userId: null as unknown as string, agentId: 'a' } }],
  ['undefined in scope', { scope: { userId: undefined as unknown as string, agentId: 'a' } }],
]

describe.each(missing)('a userId that is %s', (kind, scope) => {
  // JSON has no undefined, and `scope()` takes the parts alone.
  const those = Object.entries(calls).filter(
    ([name]) =>
      !(kind.startsWith('undefined') && name.endsWith('line')) &&
      !(kind.endsWith('scope') && name === 'scope'),
  )
  test.each(those)('is refused by %s, which does nothing', async (_, call) => {
    const { memory, store } = await openMemory()
    await memory.add('milk', { agentId: 'a' })
    await expect((async () => call(memory, scope))()).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(
        /userId is (null|undefined); leave it out to mean everyone, or name one/,
      ),
    })
    expect((await store.stats()).memories).toBe(1)
  })
})

test('of a bound memory, one that is undefined deletes nothing', async () => {
  const { memory, store } = await openMemory()
  await memory.add('milk', { agentId: 'a', userId: 'u' })
  const bound = memory.scope({ agentId: 'a' })
  await expect(bound.deleteAll({ userId: undefined as unknown as string })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  })
  expect((await store.stats()).memories).toBe(1)
})

test.each([
  [{ 'metadata.tenant': undefined }],
  [{ 'metadata.tenant': { eq: undefined } }],
  [{ 'metadata.tenant': { eq: undefined, ne: 'b' } }],
  [{ userId: undefined }],
  [{ and: [{ type: 'x' }, { 'metadata.tenant': undefined }] }],
  [{ not: { 'metadata.tenant': undefined } }],
  [{ or: undefined }],
  [{ 'metadata.tenant': { in: ['a', undefined] } }],
])('the filter %o is refused, as it would let through what it was to keep out', async where => {
  const { memory } = await openMemory()
  await memory.add({ content: 'tea', metadata: { tenant: 'b' } }, { userId: 'u' })
  for (const call of [
    () => memory.search('tea', { userId: 'u', where: where as unknown as Where }),
    () => memory.getAll({ userId: 'u', where: where as unknown as Where }),
    () => memory.list({ userId: 'u', where: where as unknown as Where }).next(),
  ]) {
    await expect((async () => call())()).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('undefined'),
    })
  }
})
