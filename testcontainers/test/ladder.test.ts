import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { describeWithServer } from '../src/describe-with-server.ts'
import { NoServer } from '../src/server.ts'
import type { ServerKind } from '../src/server.ts'
import { postgres } from '../src/start-postgres.ts'
import { startServer } from '../src/start-server.ts'

const nowhere: ServerKind = {
  name: 'redis',
  images: [],
  container: { port: 1, environment: {} },
  urlOf: (host, port) => `redis://${host}:${port}`,
  probe: async url => {
    if (url.includes('silent')) throw new Error('no answer')
    return 'Redis 0'
  },
  programs: [async () => 'the first program is not there', async () => 'nor is the second'],
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('the ladder', () => {
  test('takes the URL of the environment, and leaves that server alone', async () => {
    vi.stubEnv('AGENTMEM_REDIS_URL', 'redis://given:1')
    const server = await startServer(nowhere)
    expect(server).toMatchObject({ url: 'redis://given:1', rung: 'environment', version: 'Redis 0' })
    expect(server).not.toHaveProperty('kill')
    await server.stop()
  })

  test('does not go on when the server of the environment does not answer', async () => {
    vi.stubEnv('AGENTMEM_REDIS_URL', 'redis://silent:1')
    await expect(startServer(nowhere)).rejects.toThrow('AGENTMEM_REDIS_URL is set, but')
  })

  test('says of each rung why it does not hold', async () => {
    vi.stubEnv('AGENTMEM_REDIS_URL', '')
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1')
    const failed = startServer(nowhere)
    await expect(failed).rejects.toBeInstanceOf(NoServer)
    await expect(failed).rejects.toThrow(
      /AGENTMEM_REDIS_URL is not set; .*; the first program is not there; nor is the second\.$/s,
    )
  })

  test('never hands out the server of the environment where one of our own is asked for', async () => {
    vi.stubEnv('AGENTMEM_REDIS_URL', 'redis://given:1')
    await expect(startServer(nowhere, { own: true })).rejects.toThrow('here: the first program is not there;')
  })
})

for (const name of ['postgres', 'mysql', 'redis'] as const) {
  describeWithServer(
    name,
    `a ${name} of our own`,
    server => {
      test('answers, and still does when it has been restarted', { timeout: 60_000 }, async () => {
        const { url, version } = server()
        expect(version).toMatch(/^(PostgreSQL|MariaDB|MySQL|Redis) \d+\.\d+/)
        expect(new URL(url).hostname).toBe('127.0.0.1')
        await server().restart()
        await server().restart()
      })
    },
    { own: true },
  )
}

describe('a Postgres from npm', () => {
  test('answers, takes its settings, restarts and leaves nothing behind', { timeout: 60_000 }, async () => {
    const fromNpm = { ...postgres, programs: postgres.programs.slice(1) }
    const server = await startServer(fromNpm, { own: true, settings: ['-c', 'work_mem=7MB'] })
    expect(server).toMatchObject({ rung: 'npm', version: expect.stringMatching(/^PostgreSQL 18/) as string })
    await server.restart()
    expect(await show(server.url, 'work_mem')).toBe('7MB')
    const folder = join(await show(server.url, 'data_directory'), '..')
    expect(existsSync(folder)).toBe(true)
    await server.stop()
    expect(existsSync(folder)).toBe(false)
  })
})

async function show(url: string, setting: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<Record<string, string>>(`show ${setting}`)
  await client.end()
  return rows[0]?.[setting] ?? ''
}

describeWithServer(
  'postgres',
  'a Postgres with settings',
  server => {
    test('has them', async () => {
      expect(await show(server().url, 'work_mem')).toBe('7MB')
    })
  },
  { own: true, settings: ['-c', 'work_mem=7MB'] },
)

describeWithServer('redis', 'a process that is killed', () => {
  test('takes its server along, and the folder of it', async () => {
    const script = new URL('start-and-wait.ts', import.meta.url).pathname
    const flags = process.features.typescript ? [] : ['--experimental-strip-types']
    const env = { ...process.env, AGENTMEM_REDIS_URL: '' }
    const child = spawn(process.execPath, [...flags, script], { env, stdio: ['ignore', 'pipe', 'ignore'] })
    const [folder = ''] = (await once(createInterface({ input: child.stdout }), 'line')) as string[]
    expect(existsSync(folder)).toBe(true)
    child.kill('SIGKILL')
    await once(child, 'exit')
    await vi.waitUntil(() => !existsSync(folder), { timeout: 20_000, interval: 100 })
  })
})
