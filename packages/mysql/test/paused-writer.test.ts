import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { keyOf, storedRecord } from '@agentmem/conformance'
import { openMysqlStore } from '@agentmem/mysql'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import mysql from 'mysql2/promise'
import { expect, it } from 'vitest'
import { connectMysql } from '../src/connection/connect-mysql.ts'
import { readMysqlOptions } from '../src/mysql-options.ts'
import { TestTables } from './test-tables.ts'

// Nothing here is about a loss of power. An administrator's own limit is kept, and is soon over.
const settings = ['--innodb-flush-log-at-trx-commit=0', '--loose-idle-transaction-timeout=2']

async function query(url: string, statement: string): Promise<Record<string, unknown>> {
  const connection = await mysql.createConnection(url)
  try {
    const [[row]] = await connection.query<mysql.RowDataPacket[]>(statement)
    return row ?? {}
  } finally {
    await connection.end()
  }
}

/** How long a transaction of the Store may be idle, in seconds; undefined on MySQL, which has no such limit. */
async function idleLimit(url: string): Promise<unknown> {
  const { version } = await query(url, 'select version() as version')
  if (!String(version).includes('MariaDB')) return undefined
  const { writer, close } = await connectMysql(readMysqlOptions({ url }))
  const lent = await writer.lend()
  const { rows } = await lent.run('select @@idle_transaction_timeout as idle', [])
  lent.release(true)
  await close()
  return (rows[0] as { idle: number }).idle
}

const onMysql = 'MySQL does not limit idle transactions'

describeWithServer('mysql', 'a server that lets transactions be idle', server => {
  it('lets those of the Store for a minute', async context => {
    const limit = await idleLimit(server().url)
    if (limit === undefined) context.skip(onMysql)
    expect(limit).toBe(60)
  })
})

describeWithServer(
  'mysql',
  'a process that is paused in the middle of a write',
  server => {
    it('keeps the lock of the log for as long as a transaction may be idle, and makes the write again', async context => {
      const limit = await idleLimit(server().url)
      if (limit === undefined) context.skip(onMysql)
      expect(limit).toBe(2)
      await using tables = await TestTables.make(server().url)
      const child = spawn(process.execPath, [
        '--experimental-strip-types',
        '--no-warnings',
        join(import.meta.dirname, 'paused-writer.ts'),
        tables.url,
      ])
      const ended = once(child, 'close')
      try {
        const [said] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string]
        expect(said).toBe('paused\n')
        await using store = await openMysqlStore({ url: tables.url })
        await store.put([storedRecord(3)])
        const keys = [1, 2, 3].map(n => keyOf(storedRecord(n)))
        expect((await store.get(keys)).map(record => record !== undefined)).toEqual([true, false, true])
        child.kill('SIGCONT')
        expect(await ended).toEqual([0, null])
        expect((await store.get(keys)).every(record => record !== undefined)).toBe(true)
      } finally {
        child.kill('SIGCONT')
        child.kill('SIGKILL')
        await ended
      }
    }, 60_000)
  },
  { own: true, settings },
)
