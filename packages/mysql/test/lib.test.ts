import { openMysqlStore } from '@agentmem/mysql'
import type { Pool, PoolOptions } from 'mysql2'
import { expect, test, vi } from 'vitest'

vi.mock('mysql2', () => {
  throw new Error('mysql2 was imported')
})

const url = 'mariadb://user:secret@localhost/agentmem'

test('without lib mysql2 is imported: one that cannot be loaded is NOT_INSTALLED', async () => {
  await expect(openMysqlStore({ url })).rejects.toMatchObject({
    code: 'NOT_INSTALLED',
    message: expect.stringContaining('npm install mysql2') as string,
  })
})

test('with lib nothing is imported, and its pools are used', async () => {
  const made: PoolOptions[] = []
  let ended = 0
  const pool = {
    getConnection: (done: (error: Error) => void) => done(new Error('this is the pool of lib')),
    end: (done: () => void) => {
      ended++
      done()
    },
  }
  const createPool = (options: PoolOptions): Pool => {
    made.push(options)
    return pool as unknown as Pool
  }
  const opening = openMysqlStore({ url, poolSize: 5, lib: { createPool } })
  await expect(opening).rejects.toThrow('this is the pool of lib')
  const uri = 'mysql://user:secret@localhost/agentmem'
  expect(made).toMatchObject([
    { uri, connectionLimit: 2 },
    { uri, connectionLimit: 3 },
  ])
  expect(ended).toBe(2)
})
