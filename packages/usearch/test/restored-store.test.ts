import { ExactIndex, HashEmbedder, Memory } from '@agentmem/core'
import { openSqliteStore } from '@agentmem/sqlite'
import { openUsearchIndex } from '@agentmem/usearch'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

const dimensions = 256
const alice = { userId: 'alice' }
const noted = Array.from({ length: 100 }, (_, n) => ({
  id: `note-${n}`,
  content: `the note with number ${n}`,
}))

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmem-restored-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Opens a Store's file beside the one index, or without that. */
async function open(file: string, index: 'with the index' | 'without'): Promise<Memory> {
  return Memory.open({
    store: await openSqliteStore({ path: join(folder, file) }),
    embedder: new HashEmbedder({ dimensions }),
    index:
      index === 'with the index'
        ? await openUsearchIndex({ dimensions, path: join(folder, 'index') })
        : new ExactIndex({ dimensions }),
  })
}

async function expectAllFound(memory: Memory): Promise<void> {
  const queries = noted.map(({ content }) => ({ query: content, ...alice, topK: 1, mode: 'vector' as const }))
  const found = (await memory.searchBatch(queries)).map(({ results }) => results[0]?.id)
  expect(found).toEqual(noted.map(({ id }) => id))
  expect(await memory.verify()).toMatchObject({ ok: true, checked: noted.length })
}

/** Moves memories in the log, as they are: it then ends past where the index stands. */
const grow = (memory: Memory): Promise<unknown> =>
  memory.updateBatch(noted.slice(60).map(({ id }) => ({ id, metadata: { seen: true } })))

it('a backup that is restored, and grows past the index before that is opened again, hides nothing', async () => {
  const first = await open('db', 'with the index')
  await first.addBatch(noted, alice)
  await first.close()
  await copyFile(join(folder, 'db'), join(folder, 'backup'))
  const lost = await open('db', 'with the index')
  await lost.deleteBatch(noted.slice(45, 60).map(({ id }) => id))
  await lost.close()
  await copyFile(join(folder, 'backup'), join(folder, 'db'))
  const between = await open('db', 'without')
  await grow(between)
  await between.close()
  await using memory = await open('db', 'with the index')
  await expectAllFound(memory)
})

it('another Store beside the index, whose memories are nearly the same, hides none of its own', async () => {
  const one = await open('one', 'with the index')
  await one.addBatch(noted, alice)
  await one.deleteBatch(noted.slice(45, 60).map(({ id }) => id))
  await one.close()
  const other = await open('other', 'without')
  await other.addBatch(noted, alice)
  await grow(other)
  await other.close()
  await using memory = await open('other', 'with the index')
  await expectAllFound(memory)
})

it('an index whose Store stayed as it was is not filled again', async () => {
  const first = await open('db', 'with the index')
  await first.addBatch(noted, alice)
  await first.close()
  await using memory = await open('db', 'with the index')
  expect((await memory.stats()).follower).toMatchObject({ indexed: noted.length, flushes: 0 })
  await expectAllFound(memory)
})
