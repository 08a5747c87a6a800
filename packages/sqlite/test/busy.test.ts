import { freshFolder, keyOf, storedRecord, storedRecords } from '@agentmem/conformance'
import { openSqliteStore } from '@agentmem/sqlite'
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'

it('a write that finds the file locked for too long is refused as UNAVAILABLE, to be tried again', async () => {
  await using folder = await freshFolder()
  await using store = await openSqliteStore({ path: folder.file(), busyTimeoutMs: 50 })
  const other = new BetterSqlite3(folder.file())
  other.exec('begin immediate')
  await expect(store.put([storedRecord(1)])).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true })
  other.close()
  expect((await store.put([storedRecord(1)])).duplicates.size).toBe(0)
})

it('a write that may not wait asks for the lock once: nothing around it tries again', async () => {
  await using folder = await freshFolder()
  await using store = await openSqliteStore({ path: folder.file(), busyTimeoutMs: 0 })
  const other = new BetterSqlite3(folder.file())
  other.exec('begin immediate')
  const { statements, transactions } = store.counters
  await expect(store.put([storedRecord(1)])).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true })
  await expect(store.deleteAll({ orgId: 'acme' })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(store.counters).toMatchObject({ statements: statements + 2, transactions })
  other.close()
})

it('a write waits for the lock while timers run, reads answer, and other calls queue behind it', async () => {
  await using folder = await freshFolder()
  await using store = await openSqliteStore({ path: folder.file() })
  await store.put([storedRecord(1)])
  const other = new BetterSqlite3(folder.file())
  other.exec('begin immediate')
  let settled = 0
  const writes = [2, 3].map(n => store.put([storedRecord(n)]).finally(() => settled++))
  for (let turns = 0; turns < 20; turns++) await new Promise(resolve => setTimeout(resolve, 2))
  const keys = [1, 2, 3].map(n => keyOf(storedRecord(n)))
  expect((await store.get(keys)).map(record => record?.id)).toEqual([
    storedRecord(1).id,
    undefined,
    undefined,
  ])
  expect(settled).toBe(0)
  other.exec('commit')
  other.close()
  await Promise.all(writes)
  expect((await store.get(keys)).every(record => record !== undefined)).toBe(true)
})

it('calls that write at the same time take their turns, each its own span of the log', async () => {
  await using folder = await freshFolder()
  await using store = await openSqliteStore({ path: folder.file() })
  const batches = Array.from({ length: 8 }, (_, batch) => storedRecords(250, n => ({ id: `${batch}-${n}` })))
  const receipts = await Promise.all(batches.map(batch => store.put(batch)))
  const spans = receipts.map(({ span }) => [span?.after, span?.upTo])
  expect(spans.toSorted((a, b) => Number(a[0]) - Number(b[0]))).toEqual(
    batches.map((_, i) => [i * 250, i * 250 + 250]),
  )
  expect(store.counters.transactions).toBe(9)
})

it('the event loop turns while a large batch is written, and reads see nothing of it before its commit', async () => {
  await using folder = await freshFolder()
  await using store = await openSqliteStore({ path: folder.file() })
  await store.put([storedRecord(1)])
  const heads: number[] = []
  const write = store.put(storedRecords(20_000, n => ({ id: `new-${n}` })))
  const written = Symbol('written')
  const nextTurn = (): Promise<unknown> => new Promise(resolve => setImmediate(resolve))
  while ((await Promise.race([write.then(() => written), nextTurn()])) !== written) {
    heads.push((await store.head()).position)
  }
  expect(heads.length).toBeGreaterThan(3)
  expect(heads.filter(head => head !== 1 && head !== 20_001)).toEqual([])
  expect((await store.head()).position).toBe(20_001)
}, 30_000)

it('the event loop turns while one short write follows another, whatever is done between', async () => {
  await using folder = await freshFolder()
  await using store = await openSqliteStore({ path: folder.file() })
  let turns = 0
  let running = true
  const count = (): void => {
    turns++
    if (running) setImmediate(count)
  }
  setImmediate(count)
  const writes = 40
  for (let n = 0; n < writes; n++) {
    const end = performance.now() + 6
    while (performance.now() < end);
    await store.put([storedRecord(n)])
  }
  running = false
  expect(turns).toBeGreaterThan(writes / 2)
})
