import { freshFolder, storedRecord } from '@agentmem/conformance'
import * as libsqlClient from '@libsql/client'
import * as libsqlWebClient from '@libsql/client/web'
import Libsql from 'libsql'
import * as libsql from 'libsql'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { LibsqlStoreOptions } from '../src/libsql-options.ts'
import { openLibsqlStore } from '../src/open-libsql-store.ts'
import { HranaServer } from '@agentmem/testcontainers'

const client = { transaction: () => undefined }
const server = 'libsql://user:hidden@example.org'

describe('options', () => {
  it.each([
    [undefined, 'takes its options as an object, not undefined'],
    [{}, 'needs one of url and client, and was given none'],
    [{ url: server, client }, 'needs one of url and client, and was given url and client'],
    [{ url: '' }, "'file:memories.db' or 'libsql://name.example.org' as its url"],
    [{ url: 'memories.db' }, "'file:memories.db' or 'libsql://name.example.org' as its url"],
    [
      { url: 'ftp://user:hidden@example.org' },
      "'file:memories.db' or 'libsql://name.example.org' as its url",
    ],
    [{ url: null }, "'file:memories.db' or 'libsql://name.example.org' as its url"],
    [{ url: 'file:' }, `url: "file:"; give the path of a file, such as 'file:memories.db'`],
    [{ url: 'file://host/a.db' }, 'url: "file://host/a.db"'],
    [{ url: 'file:%zz' }, 'url: "file:%zz"'],
    [{ url: 'file:a%00.db' }, 'url: "file:a%00.db"'],
    [{ url: 'file:a.db', authToken: 'hidden' }, 'has an authToken, which a file does not ask for'],
    [{ client, authToken: 'hidden' }, 'has an authToken, which a client has itself'],
    [{ url: server, authToken: '' }, 'a text that is not empty as its authToken'],
    [{ url: server, authToken: ['hidden'] }, 'a text that is not empty as its authToken'],
    [{ client: {} }, 'client: an object; give a client of @libsql/client'],
    [{ client: null }, 'client: null'],
    [{ url: 'file:a.db', tablePrefix: 'a-b' }, 'tablePrefix: "a-b"'],
    [
      { url: 'file:a.db', path: 'a.db' },
      "no option 'path'; there are url, authToken, client, tablePrefix, statementTimeoutMs, lib",
    ],
    [{ url: 'file:a.db', lib: 'libsql' }, 'lib: "libsql"; give the library libsql or @libsql/client'],
    [{ url: 'file:a.db', lib: libsqlClient }, 'lib: an object; give libsql for a file'],
    [{ url: server, lib: Libsql }, 'lib: a function; give @libsql/client for a server'],
  ])('%j is refused', async (options, message) => {
    await expect(openLibsqlStore(options as unknown as LibsqlStoreOptions)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/^openLibsqlStore (?!.*hidden)/) as string,
    })
    await expect(openLibsqlStore(options as unknown as LibsqlStoreOptions)).rejects.toThrow(message)
  })
})

describe('lib', () => {
  afterEach(() => {
    vi.doUnmock('libsql')
    vi.doUnmock('@libsql/client')
  })

  /** From now on, importing a library fails as it does where it is not installed. */
  function uninstall(name: string): void {
    vi.doMock(name, () => {
      throw new Error(`Cannot find package '${name}'`)
    })
  }

  it('is used for a file, as the class or its module, and nothing is imported', async () => {
    await using folder = await freshFolder()
    const url = `file:${folder.file()}`
    uninstall('libsql')
    await expect(openLibsqlStore({ url })).rejects.toMatchObject({
      code: 'NOT_INSTALLED',
      message: expect.stringMatching(/^libsql cannot be loaded .*Run: npm install libsql$/) as string,
    })
    for (const [n, lib] of [Libsql, libsql, { default: Libsql }].entries()) {
      await using store = await openLibsqlStore({ url, lib })
      await store.put([storedRecord(n)])
      expect((await store.head()).position).toBe(n + 1)
    }
  })

  it('is used for a server, and nothing is imported', async () => {
    await using folder = await freshFolder()
    await using server = await HranaServer.start(folder.file())
    const { url } = server
    uninstall('@libsql/client')
    await expect(openLibsqlStore({ url })).rejects.toMatchObject({
      code: 'NOT_INSTALLED',
      message: expect.stringMatching(
        /^@libsql\/client cannot be loaded .*Run: npm install @libsql\/client$/,
      ) as string,
    })
    for (const [n, lib] of [libsqlClient, libsqlWebClient].entries()) {
      const createClient = vi.fn(lib.createClient)
      await using store = await openLibsqlStore({ url, authToken: 'secret', lib: { createClient } })
      await store.put([storedRecord(n)])
      expect(createClient.mock.calls).toEqual([[{ url, authToken: 'secret' }]])
      expect((await store.head()).position).toBe(n + 1)
    }
  })
})
