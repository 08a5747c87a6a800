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

it.each([
  { node: '20.19.0', napi: '9' },
  { node: '22.12.0', napi: '9' },
  { node: '22.13.1', napi: '9' },
  { node: '23.5.0', napi: '9' },
])('on Node $node the library is not loaded', async versions => {
  const load = vi.fn()
  vi.doMock('better-sqlite3', load)
  await expect(loadBetterSqlite3(undefined, versions)).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    retryable: false,
    message: expect.stringMatching(`needs Node 22.14 or newer.*this is Node ${versions.node}`),
  })
  expect(load).not.toHaveBeenCalled()
})

it.each([
  { node: '22.14.0', napi: '10' },
  { node: '23.6.0', napi: '10' },
  { node: '30.0.0', napi: '12' },
  { node: '24.0.0' },
])('on Node $node it is', async versions => {
  const open = await loadBetterSqlite3(undefined, versions)
  open(':memory:', {}).close()
})
