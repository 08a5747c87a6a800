import { tracingChannel } from 'node:diagnostics_channel'
import { inspect } from 'node:util'

import { expect, onTestFinished, test } from 'vitest'

import { MemoryError } from '../../src/contracts/errors.ts'
import type { Signals } from '../../src/signals/signals.ts'
import { openMemory } from '../kit/open-memory.ts'

const names = ['add', 'embed', 'store', 'search', 'flush', 'index'] as const satisfies (keyof Signals)[]

interface Told {
  readonly name: keyof Signals
  readonly event: 'start' | 'end' | 'asyncStart' | 'asyncEnd' | 'error'
  readonly message: Record<string, unknown>
}

/** Everything that the channels say until the test ends; each message as it was then. */
function listen(): Told[] {
  const told: Told[] = []
  for (const name of names) {
    const channel = tracingChannel(`agentmem:${name}`)
    const note = (event: Told['event']) => (message: object) =>
      void told.push({ name, event, message: { ...message } })
    const subscribers = {
      start: note('start'),
      end: note('end'),
      asyncStart: note('asyncStart'),
      asyncEnd: note('asyncEnd'),
      error: note('error'),
    }
    channel.subscribe(subscribers)
    onTestFinished(() => channel.unsubscribe(subscribers))
  }
  return told
}

const ended = (told: readonly Told[], name: keyof Signals) =>
  told.filter(entry => entry.name === name && entry.event === 'asyncEnd').map(({ message }) => message)

test('each channel tells of its calls: sizes when they start, and at their end how long they took', async () => {
  const { memory } = await openMemory()
  const told = listen()
  await memory.addBatch(['green tea', { content: 'coffee', agentId: 'barista' }], { userId: 'ana' })
  await memory.add('green tea', { userId: 'ana', dedupe: true })
  await memory.search('tea', { userId: 'ana', topK: 5, mode: 'hybrid' })
  await memory.flush()

  const took = { durationMs: expect.any(Number) as number }
  expect(ended(told, 'add')).toMatchObject([
    { memories: 2, scopes: 2, characters: 15, written: 2, ...took },
    { memories: 1, scopes: 1, characters: 9, written: 0, ...took },
  ])
  expect(ended(told, 'embed')[0]).toMatchObject({ model: 'words', texts: 2, characters: 15, ...took })
  expect(ended(told, 'search')).toMatchObject([{ queries: 1, topK: 5, results: 2, scopeTexts: 2, ...took }])
  const stored = ended(told, 'store')
  expect(stored).toContainEqual(expect.objectContaining({ store: 'map', call: 'put', items: 2, ...took }))
  expect(stored).toContainEqual(expect.objectContaining({ call: 'get', items: 2, results: 2 }))
  expect(stored).toContainEqual(expect.objectContaining({ call: 'texts', results: 2 }))
  expect(ended(told, 'index')).toContainEqual(expect.objectContaining({ call: 'search', items: 1, ...took }))
  expect(ended(told, 'flush')).toMatchObject([{ upserts: 2, deletes: 0, tail: 2, ...took }])
  expect(ended(told, 'index')).toContainEqual(expect.objectContaining({ call: 'apply', items: 2 }))

  const starts = told.filter(({ event }) => event === 'start')
  expect(new Set(starts.map(({ name }) => name))).toEqual(new Set(names))
  for (const { message } of starts) expect(message).not.toHaveProperty('durationMs')
  for (const name of names) {
    const counts = ['start', 'end', 'asyncStart', 'asyncEnd'].map(
      event => told.filter(entry => entry.name === name && entry.event === event).length,
    )
    expect(new Set(counts).size).toBe(1)
  }
})

test('a failure is told by its code, and is thrown as it was', async () => {
  const { memory, embedder, store } = await openMemory()
  const told = listen()
  const failure = new MemoryError('UNAVAILABLE', 'the secret endpoint of green tea cannot be reached')
  embedder.embed = async () => {
    throw failure
  }
  const error: unknown = await memory.add('green tea', { userId: 'ana' }).catch((thrown: unknown) => thrown)
  expect(MemoryError.is(error) && error.message).toContain('the secret endpoint')
  const errors = told.filter(({ event }) => event === 'error')
  expect(errors.map(({ name, message }) => [name, message['code']])).toEqual([
    ['embed', 'UNAVAILABLE'],
    ['add', 'UNAVAILABLE'],
  ])
  expect(errors[0]?.message['durationMs']).toEqual(expect.any(Number))
  expect(inspect(errors, { depth: Infinity, showHidden: true })).not.toContain('green tea')
  expect((await store.stats()).memories).toBe(0)
})

test('no message has anything of what is stored, asked, found or refused', async () => {
  const { memory, index } = await openMemory({ orgId: 'secret-org' })
  const told = listen()
  const secret = {
    userId: 'secret-user',
    agentId: 'secret-agent',
    runId: 'secret-run',
    metadata: { 'secret-key': 'secret-value' },
    actorId: 'secret-actor',
    role: 'secret-role',
    type: 'secret-type',
  }
  await memory.addBatch([{ content: 'secret-text', id: 'secret-id' }, 'another secret-text'], secret)
  await memory.update('secret-id', { content: 'secret-change' }, { actorId: 'secret-changer' })
  const where = { 'metadata.secret-key': 'secret-value' }
  await memory.search('secret-query', { userId: 'secret-user', where, explain: true })
  await memory.scopes({ by: 'userId' })
  await memory.page({ userId: 'secret-user', limit: 1 })
  await memory.history('secret-id')
  await memory.verify()
  await memory.flush()
  const other = memory.scope({ userId: 'secret-other' })
  await expect(other.add({ content: 'secret', id: 'secret-id' })).rejects.toMatchObject({ code: 'CONFLICT' })
  index.failWith(new Error('the index knows secret-id'))
  await memory.add('one more secret', secret)
  await expect(memory.flush()).rejects.toThrow('secret-id')
  index.failWith(undefined)
  await memory.delete('secret-id', { purgeHistory: true })
  await memory.deleteAll({ userId: 'secret-user', where })
  expect(told.filter(({ event }) => event === 'error').length).toBeGreaterThan(1)
  expect(new Set(told.map(({ name }) => name))).toEqual(new Set(names))
  for (const { message } of told)
    expect(inspect(message, { depth: Infinity, showHidden: true })).not.toMatch(/secret/i)
})

test('what a listener binds to the start of a call reaches the calls within it', async () => {
  const { AsyncLocalStorage } = await import('node:async_hooks')
  const { memory } = await openMemory()
  const spans = new AsyncLocalStorage<string>()
  const seen: string[] = []
  for (const name of names) {
    const { start } = tracingChannel(`agentmem:${name}`)
    start.bindStore(spans, () => {
      const span = `${spans.getStore() ?? ''}/${name}`
      seen.push(span)
      return span
    })
    onTestFinished(() => {
      start.unbindStore(spans)
    })
  }
  await memory.add('tea', { userId: 'ana' })
  await memory.search('tea', { userId: 'ana' })
  expect(seen).toContain('/add/store')
  expect(seen).toContain('/add/embed')
  expect(seen).toContain('/search/index')
  expect(spans.getStore()).toBeUndefined()
})
