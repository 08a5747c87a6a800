import { openLancedbIndex } from '@agentmem/lancedb'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const noPlace = /needs one of path and uri, and was given none/

test.each<[object, RegExp]>([
  [{ dimensions: 8 }, noPlace],
  [{ dimensions: 8, path: undefined, uri: undefined }, noPlace],
  [{ dimensions: 8, path: 'a', uri: 's3://b' }, /needs one of path and uri, and was given path and uri/],
  [{ dimensions: 8, path: 's3://bucket' }, /path: "s3:\/\/bucket"; give a path, .* or an address as uri/],
  [{ dimensions: 8, path: '' }, /path: ""/],
  [{ dimensions: 8, path: null }, /path: null; give a path/],
  [{ dimensions: 8, uri: 'bucket' }, /uri: "bucket"; give an address such as 's3:\/\/bucket\/folder'/],
  [{ dimensions: 8, uri: 'db://cloud' }, /uri: "db:\/\/cloud"/],
  [{ dimensions: 8, uri: null }, /uri: null/],
  [{ dimensions: 0, path: 'a' }, /dimensions: 0; give a whole number from 1 to 65536/],
  [{ path: 'a' }, /dimensions: undefined/],
  [{ dimensions: null, path: 'a' }, /dimensions: null/],
  [{ dimensions: 8, path: 'a', probes: 1.5 }, /probes: 1.5/],
  [{ dimensions: 8, path: 'a', exactUpTo: null }, /exactUpTo: null/],
  [{ dimensions: 8, path: 'a', candidates: 0 }, /candidates: 0; give a whole number from 1 to 100000/],
  [{ dimensions: 8, path: 'a', keepVersionsMs: 604_800_001 }, /keepVersionsMs: 604800001/],
  [{ dimensions: 8, path: 'a', table: '../b' }, /table: "\.\.\/b"; give up to 64 letters/],
  [{ dimensions: 8, path: 'a', table: null }, /table: null/],
  [{ dimensions: 8, path: 'a', storageOptions: { timeout: 3 } }, /as its storageOptions/],
  [{ dimensions: 8, path: 'a', storageOptions: null }, /as its storageOptions/],
  [{ dimensions: 8, path: 'a', lib: {} }, /lib: an object; give { lancedb, arrow }/],
  [{ dimensions: 8, path: 'a', lib: null }, /lib: null/],
  [{ dimensions: 8, path: 'a', nprobes: 3 }, /no option 'nprobes'; there are path, uri, dimensions, /],
])('refuses %j', async (options, message) => {
  await expect(openLancedbIndex(options as never)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(message) as string,
  })
})

test('an option that is undefined has its default', async () => {
  const path = await mkdtemp(join(tmpdir(), 'agentmem-lancedb-'))
  onTestFinished(() => rm(path, { recursive: true }))
  const left = {
    uri: undefined,
    storageOptions: undefined,
    table: undefined,
    lib: undefined,
    probes: undefined,
  }
  await using index = await openLancedbIndex({ path, dimensions: 2, exactUpTo: undefined, ...left })
  const defaults = { exactUpTo: 5_000, probes: 24, candidates: 100, keepVersionsMs: 30_000 }
  expect(await index.stats()).toMatchObject(defaults)
})

test.each<[string, object]>([
  ['storageOptions of which one is no string', { uri: 's3://b', storageOptions: { secret: 'hidden', n: 1 } }],
  ['a password in the uri', { uri: 'https://user:hidden@127.0.0.1/x' }],
  ['a signature in the uri', { uri: 'https://127.0.0.1/x?sig=hidden' }],
])('what may be secret is in no error: %s', async (_what, options) => {
  const error: unknown = await openLancedbIndex({ dimensions: 2, ...options }).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(Error)
  expect(inspect(error, { depth: Infinity })).not.toContain('hidden')
})
