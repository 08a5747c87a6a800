import { freshFolder } from '@agentmem/conformance'
import BetterSqlite3 from 'better-sqlite3'
import * as betterSqlite3 from 'better-sqlite3'
import { afterEach, expect, it, vi } from 'vitest'
import { loadBetterSqlite3 } from '../src/file/load-better-sqlite3.ts'
import { openSqliteStore } from '../src/open-sqlite-store.ts'

afterEach(() => vi.doUnmock('better-sqlite3'))

/** From now on, importing the library fails as it does where it is not installed. */
function uninstall(): void {
  vi.doMock('better-sqlite3', () => {
    throw new Error("Cannot find package 'better-sqlite3'")
  })
}

it('lib is used, and nothing is imported', async () => {
  await using folder = await freshFolder()
  uninstall()
  await expect(openSqliteStore({ path: folder.file() })).rejects.toMatchObject({ code: 'NOT_INSTALLED' })
  const opened: string[] = []
  class Driver extends BetterSqlite3 {
    constructor(path: string, options?: BetterSqlite3.Options) {
      super(path, options)
      opened.push(path)
    }
  }
  await using store = await openSqliteStore({ path: folder.file(), lib: Driver })
  expect((await store.head()).position).toBe(0)
  // In memory to load the native part, then one for writing and one for reading.
  expect(opened).toEqual([':memory:', folder.file(), folder.file()])
})

it('lib may be the class or its module', async () => {
  uninstall()
  for (const lib of [BetterSqlite3, betterSqlite3, { default: BetterSqlite3 }]) {
    await using store = await openSqliteStore({ path: ':memory:', lib })
    expect((await store.head()).position).toBe(0)
  }
})

it('a lib whose native part is missing says which command builds it', async () => {
  const lib = vi.fn(function failToLoad() {
    throw new Error('Could not locate the bindings file. Tried:\n...')
  }) as unknown as typeof BetterSqlite3
  await expect(loadBetterSqlite3(lib)).rejects.toMatchObject({
    code: 'NOT_INSTALLED',
    message: expect.stringMatching(/bindings file\. Tried:\)\. Run: npm rebuild better-sqlite3$/) as string,
  })
})
