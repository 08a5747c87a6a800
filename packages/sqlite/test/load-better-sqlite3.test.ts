import { afterEach, expect, it, vi } from 'vitest'
import { loadBetterSqlite3 } from '../src/file/load-better-sqlite3.ts'

afterEach(() => vi.doUnmock('better-sqlite3'))

it('without the native part the error names the command that makes it', async () => {
  vi.doMock('better-sqlite3', () => ({
    default: vi.fn(function failToLoad() {
      throw new Error("Cannot find module 'better_sqlite3.node'\nRequire stack: ...")
    }),
  }))
  await expect(loadBetterSqlite3()).rejects.toMatchObject({
    code: 'NOT_INSTALLED',
    message: expect.stringMatching(/better_sqlite3\.node'\)\. Run: npm rebuild better-sqlite3$/),
  })
})
