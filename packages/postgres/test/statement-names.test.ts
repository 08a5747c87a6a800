import type { Pool } from 'pg'
import { expect, test } from 'vitest'
import { fromPool } from '../src/connection/pool-sender.ts'
import { isPassing, postgresError } from '../src/flavor/postgres-error.ts'

/** A pool with one client, which refuses names with an error of this code. */
function poolRefusing(code: string): { readonly pool: Pool; readonly sent: (string | undefined)[] } {
  const sent: (string | undefined)[] = []
  const client = {
    pipeline: false,
    on() {},
    off() {},
    release() {},
    async query({ name }: { readonly name?: string }) {
      sent.push(name)
      if (name !== undefined) throw Object.assign(new Error('prepared statement'), { code })
      return { rows: [], rowCount: 0, command: 'SELECT' }
    },
  }
  return { pool: { connect: async () => client } as unknown as Pool, sent }
}

// A pooler in transaction mode, or several connections with one session behind them.
test.each(['42P05', '26000'])('names are given up where the server does not keep them (%s)', async code => {
  const { pool, sent } = poolRefusing(code)
  const sender = await fromPool(pool)()
  const send = () => sender.send('select $1', [1], true)
  await send()
  const refused: unknown = await send().catch((error: unknown) => error)
  expect(postgresError(refused)).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
  expect(isPassing(refused)).toBe(true)
  await send()
  await send()
  expect(sent).toEqual([undefined, expect.stringMatching(/^agentmem_/), undefined, undefined])
})

test('another error leaves the names as they are', async () => {
  const { pool, sent } = poolRefusing('40001')
  const sender = await fromPool(pool)()
  const send = () => sender.send('select $1', [1], true).catch(() => undefined)
  for (let n = 0; n < 3; n++) await send()
  expect(sent.map(name => name !== undefined)).toEqual([false, true, true])
})
