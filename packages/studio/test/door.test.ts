import { MemoryError } from '@agentmem/core'
import { openStudio } from '@agentmem/studio'
import type { Studio } from '@agentmem/studio'
import { describe, expect, test } from 'vitest'
import { call, opened, send, tokenOf } from './opened.ts'
import { sampleMemory } from './sample-memory.ts'

const json = { 'content-type': 'application/json' }

/** What a page does first: it gives the token for a cookie and a key. */
async function session(studio: Studio): Promise<{ readonly cookie: string; readonly key: string }> {
  const { status, headers, text } = await send(studio, '/api/session', {
    method: 'POST',
    headers: { ...json, authorization: `Bearer ${tokenOf(studio)}` },
  })
  expect(status).toBe(200)
  const [cookie = ''] = headers['set-cookie'] ?? []
  return { cookie, key: (JSON.parse(text) as { key: string }).key }
}

const about = (studio: Studio, headers: Readonly<Record<string, string>>): Promise<number | undefined> =>
  send(studio, '/api/about', { method: 'POST', headers: { ...json, ...headers } }).then(
    ({ status }) => status,
  )

describe('the door', () => {
  test('opens to the token, and to nothing that is nearly it', async () => {
    const { studio } = await opened()
    const token = tokenOf(studio)
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(await about(studio, { authorization: `Bearer ${token}` })).toBe(200)
    expect(await about(studio, {})).toBe(401)
    for (const wrong of [
      `Bearer ${token}x`,
      `Bearer ${token.slice(1)}`,
      token,
      `Basic ${token}`,
      'Bearer ',
      'Bearer',
    ])
      expect([wrong, await about(studio, { authorization: wrong })]).toEqual([wrong, 401])
    const withQuery = await send(studio, `/api/about?token=${token}`, { method: 'POST', headers: json })
    expect(withQuery.status).toBe(401)
  })

  test('gives a page a cookie that scripts cannot read, and opens to it together with the key alone', async () => {
    const { studio } = await opened()
    const { port } = new URL(studio.url)
    const { cookie, key } = await session(studio)
    expect(cookie).toMatch(
      new RegExp(`^agentmem-studio-${port}=[\\w-]{43}; Path=/api; HttpOnly; SameSite=Strict$`),
    )
    expect(cookie).not.toContain(tokenOf(studio))
    const [pair = ''] = cookie.split(';')
    expect(await about(studio, { cookie: pair, 'x-agentmem-key': key })).toBe(200)
    expect(await about(studio, { cookie: `a=b; ${pair}; c=d`, 'x-agentmem-key': key })).toBe(200)
    expect(await about(studio, { cookie: pair })).toBe(401)
    expect(await about(studio, { 'x-agentmem-key': key })).toBe(401)
    expect(await about(studio, { cookie: pair, 'x-agentmem-key': `${key}x` })).toBe(401)
    expect(await about(studio, { cookie: `${pair}x`, 'x-agentmem-key': key })).toBe(401)
    const unknown = await send(studio, '/api/session', { method: 'POST', headers: { ...json, cookie: pair } })
    expect([unknown.status, unknown.headers['set-cookie']]).toEqual([401, undefined])
  })

  test('is shut to another Host, as DNS rebinding makes a browser send it', async () => {
    const { studio } = await opened()
    const { host, port } = new URL(studio.url)
    const headers = { authorization: `Bearer ${tokenOf(studio)}` }
    expect(await about(studio, { ...headers, host })).toBe(200)
    for (const other of [
      'evil.example',
      `evil.example:${port}`,
      `localhost:${port}`,
      '127.0.0.1',
      `127.0.0.1.nip.io:${port}`,
    ]) {
      expect([other, await about(studio, { ...headers, host: other })]).toEqual([other, 403])
      expect([other, (await send(studio, '/', { headers: { host: other } })).status]).toEqual([other, 403])
    }
  })

  test('is shut to other pages, also those of another port of this machine', async () => {
    const { studio } = await opened()
    const { origin, port } = new URL(studio.url)
    const headers = { authorization: `Bearer ${tokenOf(studio)}` }
    expect(await about(studio, { ...headers, origin, 'sec-fetch-site': 'same-origin' })).toBe(200)
    for (const other of [
      'https://evil.example',
      `http://127.0.0.1:${Number(port) + 1}`,
      `http://localhost:${port}`,
      'null',
    ])
      expect([other, await about(studio, { ...headers, origin: other })]).toEqual([other, 403])
    for (const site of ['cross-site', 'same-site', 'none'])
      expect([site, await about(studio, { ...headers, 'sec-fetch-site': site })]).toEqual([site, 403])
  })

  test('takes nothing that a form of another page could send', async () => {
    const { studio } = await opened()
    const headers = { authorization: `Bearer ${tokenOf(studio)}` }
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'text/json',
      '',
    ]) {
      const answer = await send(studio, '/api/delete', {
        method: 'POST',
        headers: { ...headers, ...(type === '' ? {} : { 'content-type': type }) },
        body: '{"id":"m1"}',
      })
      expect([type, answer.status]).toEqual([type, 415])
    }
    const got = await send(studio, '/api/about', { headers })
    expect([got.status, got.headers.allow]).toEqual([405, 'POST'])
    const asked = await send(studio, '/api/about', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example' },
    })
    expect([
      asked.status,
      Object.keys(asked.headers).filter(name => name.startsWith('access-control')),
    ]).toEqual([405, []])
  })
})

describe('what is served', () => {
  test('is the page, its script and its style, and nothing else of the disk', async () => {
    const { studio } = await opened()
    const types = {
      '/': 'text/html',
      '/page.mjs': 'text/javascript',
      '/page.css': 'text/css',
      '/icon.svg': 'image/svg+xml',
    }
    for (const [path, type] of Object.entries(types)) {
      const { status, headers, text } = await send(studio, path)
      expect([path, status, headers['content-type']?.split(';')[0]]).toEqual([path, 200, type])
      expect(text.length).toBe(Number(headers['content-length']))
      // Nothing is loaded from elsewhere.
      expect(text.replaceAll('http://www.w3.org/', '')).not.toMatch(
        /(src|href)="(https?:)?\/\/|@import|url\(/,
      )
    }
    for (const path of [
      '/package.json',
      '/../package.json',
      '/%2e%2e/package.json',
      '/page/index.html',
      '/api',
      '/api/',
      '/api/no/such',
      '//evil.example',
    ])
      expect([path, (await send(studio, path)).status]).toEqual([path, 404])
    const head = await send(studio, '/', { method: 'HEAD' })
    expect([head.status, head.text]).toEqual([200, ''])
    expect((await send(studio, '/', { method: 'PUT' })).status).toBe(405)
  })

  test('tells a browser to load nothing from elsewhere, to run no text, and to keep nothing', async () => {
    const { studio } = await opened()
    for (const { headers } of [
      await send(studio, '/'),
      await send(studio, '/api/about', { method: 'POST' }),
    ]) {
      expect(headers['content-security-policy']).toMatch(
        /^default-src 'self';.*frame-ancestors 'none';.*require-trusted-types-for 'script'/,
      )
      expect(headers['content-security-policy']).not.toContain('unsafe')
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      })
    }
  })
})

describe('a studio', () => {
  test('is served at a loopback address alone', async () => {
    await using memory = await sampleMemory()
    for (const host of ['0.0.0.0', '::', '192.168.1.4', 'example.com', ''])
      await expect(openStudio({ memory, host: host as 'localhost' })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      })
    const { studio } = await opened({ host: '::1' })
    expect(studio.url).toMatch(/^http:\/\/\[::1\]:\d+\/#/)
    expect(await call(studio, 'about')).toMatchObject([200, { label: 'map' }])
  })

  test.each([
    ['an unknown option', { read: true }, /has no option 'read'/],
    ['no memory', { memory: undefined }, /memory: undefined; give a Memory/],
    ['a port that is none', { port: 70_000 }, /port: 70000/],
    ['a token that is short', { token: 'abc' }, /needs 16 to 256 letters/],
    ['an empty label', { label: '' }, /label/],
  ])('refuses %s', async (_what, options, message) => {
    await using memory = await sampleMemory()
    const opening = openStudio({ memory, ...options } as Parameters<typeof openStudio>[0])
    await expect(opening).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message) as string,
    })
    await expect(opening).rejects.not.toMatchObject({ message: expect.stringContaining('abc') as string })
  })

  test('says that its port is taken', async () => {
    const { studio, memory } = await opened()
    const port = Number(new URL(studio.url).port)
    await expect(openStudio({ memory, port })).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true })
  })

  test('takes a token of the caller', async () => {
    const { studio } = await opened({ token: 'a-token-of-my-own' })
    expect(studio.url).toMatch(/#a-token-of-my-own$/)
    expect((await call(studio, 'about'))[0]).toBe(200)
  })

  test('ends the calls under way when it is closed, and leaves the memory open', async () => {
    const memory = await sampleMemory()
    const begun = Promise.withResolvers<void>()
    // A search that lasts until it is told to stop.
    memory.search = (_query, options = {}) => {
      begun.resolve()
      return new Promise((_done, failed) =>
        options.signal?.addEventListener('abort', () =>
          failed(new MemoryError('ABORTED', 'The call was aborted.')),
        ),
      )
    }
    const { studio } = await opened({ memory })
    const answer = call(studio, 'search', { query: 'tea' }).catch(() => 'cut')
    await begun.promise
    await studio.close()
    await studio.close()
    expect(await answer).toMatchObject([503, { error: { code: 'ABORTED' } }])
    expect((await memory.getAll({ userId: 'ada' })).results).toHaveLength(4)
    await expect(call(studio, 'about')).rejects.toThrow(/ECONNREFUSED|hang up/)
  })

  test('ends a call whose reader has gone', async () => {
    const memory = await sampleMemory()
    const begun = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<string>()
    memory.verify = ({ signal } = {}) => {
      begun.resolve()
      return new Promise((_done, failed) => {
        signal?.addEventListener('abort', () => {
          ended.resolve('told to stop')
          failed(new MemoryError('ABORTED', 'The call was aborted.'))
        })
      })
    }
    const { studio } = await opened({ memory })
    const leaving = new AbortController()
    const asked = fetch(new URL('/api/verify', studio.url), {
      method: 'POST',
      headers: { ...json, authorization: `Bearer ${tokenOf(studio)}` },
      signal: leaving.signal,
    }).catch(() => 'gone')
    await begun.promise
    leaving.abort()
    expect([await asked, await ended.promise]).toEqual(['gone', 'told to stop'])
  })
})
