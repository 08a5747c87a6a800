import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { freshFolder } from '@agentmem/conformance'
import { ExactIndex, Memory } from '@agentmem/core'
import type { Store } from '@agentmem/core/adapter'
import { openSqliteStore } from '@agentmem/sqlite'
import { expect, it } from 'vitest'
import { CountingEmbedder } from './counting-embedder.ts'

const script = fileURLToPath(new URL('child-memory.ts', import.meta.url))
const alice = { userId: 'alice' }
const count = 400

function start(task: string, path: string): ChildProcess {
  return fork(script, [task, path], { execArgv: ['--experimental-strip-types', '--no-warnings'] })
}

async function fill(path: string): Promise<void> {
  await using memory = await Memory.open({
    store: await openSqliteStore({ path }),
    index: new ExactIndex(32),
    embedder: new CountingEmbedder('old', 32),
  })
  await memory.addBatch(
    Array.from({ length: count }, (_, n) => `memory number ${n}`),
    alice,
  )
}

/** The model that the Store is of; fails unless every vector in it is that model's. */
async function wholeModel(store: Store): Promise<string> {
  const [stored = ''] = await store.readMeta(['embedder'])
  const { model, dimensions } = JSON.parse(stored) as { model: string; dimensions: number }
  const records = (await Array.fromAsync(store.query({ scope: { orgId: 'default' } }))).flat()
  const expected = await new CountingEmbedder(model, dimensions).embed(records.map(({ content }) => content))
  expect(await store.vectors(records.map(({ orgId, id }) => ({ orgId, id })))).toEqual(expected)
  const { upserts } = await store.changes({ after: 0, limit: 100_000 })
  expect(upserts).toHaveLength(records.length)
  return model
}

it('killed at any moment a reembed leaves the old model whole or the new, and the next goes on where it was', async () => {
  const outcomes = new Set<string>()
  for (let round = 0; round < 8; round++) {
    await using folder = await freshFolder()
    const path = folder.file()
    await fill(path)
    const child = start('reembed', path)
    let done = 0
    // In the midst of the staging, at its end, and some time into the switch.
    const killAt = round < 3 ? 60 + round * 100 : count
    child.on('message', message => {
      const progress = message as { done?: number; ended?: boolean }
      done = progress.done ?? done
      if (done >= killAt) setTimeout(() => child.kill('SIGKILL'), Math.max(0, round - 3) * 3)
    })
    await once(child, 'exit')
    await using store = await openSqliteStore({ path })
    outcomes.add(await wholeModel(store))
    const embedder = new CountingEmbedder('new', 48)
    const { embedded } = await Memory.reembed({ store, embedder, batchSize: 20 })
    expect(embedded).toBe(embedder.texts)
    expect(embedded).toBeLessThanOrEqual(count - done)
    expect(await wholeModel(store)).toBe('new')
    await using memory = await Memory.open({ store, index: new ExactIndex(48), embedder })
    expect(await memory.verify()).toMatchObject({ ok: true, checked: count })
  }
  expect(outcomes).toContain('old')
}, 120_000)

it('another process that writes loses nothing that was acknowledged, and is refused after the switch', async () => {
  await using folder = await freshFolder()
  const path = folder.file()
  await fill(path)
  const added: string[] = []
  let refusals: unknown
  const child = start('add', path)
  child.on('message', message => {
    const told = message as { added?: string; refusals?: unknown }
    if (told.added !== undefined) added.push(told.added)
    refusals ??= told.refusals
  })
  const exited = once(child, 'exit')
  await once(child, 'message')
  await using store = await openSqliteStore({ path })
  const embedder = new CountingEmbedder('new', 48, 5)
  const { memories } = await Memory.reembed({ store, embedder, batchSize: 20 })
  expect(await exited).toEqual([0, null])
  expect(refusals).toEqual(['MODEL_MISMATCH', 'MODEL_MISMATCH'])
  expect(added.length).toBeGreaterThan(1)
  expect(memories).toBe(count + added.length)
  expect(await wholeModel(store)).toBe('new')
  const contents = (await Array.fromAsync(store.query({ scope: { orgId: 'default' } }))).flat()
  expect(contents.map(({ content }) => content)).toEqual(expect.arrayContaining(added))
}, 60_000)
