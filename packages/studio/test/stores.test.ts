import { join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import { openFromAddresses } from '@agentmem/core/open'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { describe, expect, onTestFinished, test } from 'vitest'
import { call, opened } from './opened.ts'
import { inputs } from './sample-memory.ts'

/** Every call on a memory of these addresses: what it shows does not depend on where the memories are. */
async function showsAll(store: string, index?: string): Promise<void> {
  const orgId = `studio-${crypto.randomUUID()}`
  const embedder = index === undefined ? undefined : 'hash'
  const { memory, urls, redact } = await openFromAddresses({ store, index, embedder, orgId })
  await memory.addBatch(inputs.map(input => ({ ...input, id: `${orgId}-${input.id}` })))
  const id = `${orgId}-m3`
  await memory.update(id, 'The report is due on Monday.')
  const { studio } = await opened({ memory, label: urls.store, redact })
  const scope = { userId: 'ada' }
  expect(await call(studio, 'scopes', { by: 'userId' })).toMatchObject([
    200,
    { results: [{}, { value: 'ada', memories: 4 }, {}] },
  ])
  expect(await call(studio, 'recent', { limit: 1 })).toMatchObject([200, { results: [{ id }] }])
  expect(await call(studio, 'page', { scope, where: { 'metadata.topic': 'work' } })).toMatchObject([
    200,
    { results: [{ id }] },
  ])
  expect(await call(studio, 'count', { scope })).toEqual([200, { count: 4 }])
  const [, found] = await call(studio, 'search', { query: 'when is the report due', scope, topK: 1 })
  expect(found).toMatchObject({
    results: [
      { id, explanation: [expect.stringContaining('% of the score'), expect.stringContaining('whole run')] },
    ],
  })
  expect(await call(studio, 'history', { id })).toMatchObject([
    200,
    { history: [{ event: 'ADD' }, { event: 'UPDATE' }] },
  ])
  expect(await call(studio, 'stats')).toMatchObject([200, { follower: {}, infer: {} }])
  expect(await call(studio, 'verify', { database: true })).toMatchObject([200, { ok: true }])
  expect(await call(studio, 'delete', { id, soft: true })).toEqual([200, { deleted: true }])
  expect(await call(studio, 'page', { scope, deleted: true })).toMatchObject([200, { results: [{ id }] }])
  expect(await call(studio, 'restore', { id })).toEqual([200, { restored: true }])
  expect(await call(studio, 'delete', { id, purgeHistory: true })).toEqual([200, { deleted: true }])
  await memory.reset()
}

describe('a studio shows memories', () => {
  test.each(['sqlite', 'pglite'])('of %s, searched by words', async scheme => {
    const folder = await freshFolder()
    onTestFinished(folder.remove)
    await showsAll(`${scheme}:${join(folder.path, 'm')}`)
  })

  test('of SQLite with vectors', async () => {
    const folder = await freshFolder()
    onTestFinished(folder.remove)
    await showsAll(`sqlite:${join(folder.path, 'm.db')}`, 'sqlite-vec:')
  })
})

describeWithServer('postgres', 'a studio on Postgres', server => {
  test('shows its memories', () => showsAll(server().url))
})
