import { expect, test } from 'vitest'

import { parseBackendUrl, shownUrl } from '../../src/addresses/backend-url.ts'

test.each([
  ['postgres://ada:s3cr3t@db.example:5432/memories', 'postgres://***@db.example:5432/memories'],
  ['pgvector:postgres://ada:s3cr3t@db.example/vectors', 'pgvector:postgres://***@db.example/vectors'],
  ['libsql:http://ada:s3cr3t@127.0.0.1:8080?authToken=abc', 'libsql:http://***@127.0.0.1:8080'],
  ['sqlite:./memories.db', 'sqlite:./memories.db'],
])('%s is shown without its credentials', (url, shown) => {
  expect(shownUrl(parseBackendUrl(url, 'store'))).toBe(shown)
})
