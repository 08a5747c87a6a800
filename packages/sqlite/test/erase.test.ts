import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import { ExactIndex, HashEmbedder, Memory } from '@agentmem/core'
import { openSqliteStore } from '@agentmem/sqlite'
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'

const secret = 'xylophone-lessons'
const ana = { userId: 'ana-of-nowhere' }

async function openMemory(path: string): Promise<Memory> {
  const embedder = new HashEmbedder()
  const index = new ExactIndex(embedder.dimensions)
  return Memory.open({ store: await openSqliteStore({ path }), embedder, index })
}

/** The files of a folder that have a text in them. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder).filter(name => readFileSync(join(folder, name)).includes(text))
}

/** What the guide says after the deletion. */
function rewrite(path: string): void {
  const db = new BetterSqlite3(path)
  db.exec('vacuum')
  db.exec('pragma wal_checkpoint(truncate)')
  db.close()
}

it('an erased person is in none of the files once the database is rewritten, and others are', async () => {
  await using folder = await freshFolder()
  const path = folder.file()
  const memory = await openMemory(path)
  const texts = Array.from({ length: 200 }, (_, n) => `Ana takes ${secret} number ${n}. ${'x'.repeat(500)}`)
  const { results } = await memory.addBatch(texts, { ...ana, metadata: { of: secret } })
  await memory.addBatch(['Ben takes driving lessons.'], { userId: 'ben' })
  await memory.update(results[0]?.id ?? '', `Ana has given up ${secret}.`)
  await memory.delete(results[1]?.id ?? '')
  expect(await memory.deleteAll(ana, { purgeHistory: true })).toBe(199)
  expect(await memory.history(results[1]?.id ?? '')).toEqual([])
  // Deleted is not yet overwritten: that is why the guide goes on.
  expect(filesWith(folder.path, secret)).not.toEqual([])
  await memory.close()
  rewrite(path)
  expect(filesWith(folder.path, secret)).toEqual([])
  expect(filesWith(folder.path, ana.userId)).toEqual([])
  expect(filesWith(folder.path, 'driving lessons')).toEqual(['memories.db'])

  const again = await openMemory(path)
  expect(await again.count({ userId: 'ben' })).toBe(1)
  expect(await again.verify()).toMatchObject({ ok: true })
  await again.close()
})
