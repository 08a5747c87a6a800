import { expect, test } from 'vitest'

import { importLibrary } from '../../src/adapter-kit/import-library.ts'

test('a library is loaded when it is asked for, and what it is comes back', async () => {
  const loaded = { version: 1 }
  expect(await importLibrary(async () => loaded, { name: 'thing' })).toBe(loaded)
})

test('a library that the caller has loaded is used, and nothing is imported', async () => {
  const lib = { version: 2 }
  const load = (): Promise<object> => Promise.reject(new Error('must not be called'))
  expect(await importLibrary(load, { name: 'thing', lib })).toBe(lib)
})

test.each([
  [
    'a package that is missing',
    Object.assign(new Error("Cannot find package 'thing'\nstack"), { code: 'X' }),
  ],
  ['a native part that does not fit', new Error("Cannot find package 'thing'\nof this machine")],
  ['what is no error', "Cannot find package 'thing'"],
])(
  '%s is NOT_INSTALLED, with the first line of the reason, the command and the cause',
  async (_what, cause) => {
    const loading = importLibrary(() => Promise.reject(cause as Error), { name: 'thing' })
    await expect(loading).rejects.toMatchObject({
      code: 'NOT_INSTALLED',
      retryable: false,
      message: "thing cannot be loaded (Cannot find package 'thing'). Run: npm install thing",
      cause,
    })
  },
)

test('another command can be named', async () => {
  const about = { name: 'thing', install: 'npm rebuild thing' }
  const loading = importLibrary(() => Promise.reject(new Error('no')), about)
  await expect(loading).rejects.toThrow(/Run: npm rebuild thing$/)
})
