import { execFileSync } from 'node:child_process'
import * as sqlite from '@agentmem/sqlite'
import * as file from '@agentmem/sqlite/file'
import * as flavor from '@agentmem/sqlite/flavor'
import { expect, it } from 'vitest'

/** Whether a process that imports a face, and does nothing else, loads Kysely. */
function loadsKysely(face: string): boolean {
  const script = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    await import('${face}')
    console.log(loaded.some(url => url.includes('/kysely/')))`
  const flags = ['--input-type=module', '--eval', script]
  const cwd = import.meta.dirname
  return execFileSync(process.execPath, flags, { cwd, encoding: 'utf8' }).trim() === 'true'
}

it('@agentmem/sqlite opens a Store, and does no more', () => {
  expect(Object.keys(sqlite)).toEqual(['openSqliteStore'])
})

it('@agentmem/sqlite/file and /flavor have what libsql and sqlite-vec share with it, and no more', () => {
  expect(Object.keys(file).toSorted()).toEqual([
    'loadBetterSqlite3',
    'openWriter',
    'retryWhileBusy',
    'sqliteError',
  ])
  expect(Object.keys(flavor).toSorted()).toEqual([
    'ConnectionPool',
    'SqliteDialect',
    'openSqliteFile',
    'sqliteFlavor',
  ])
})

it('@agentmem/sqlite/file loads no Kysely, so that a worker thread starts in half the time', () => {
  expect(loadsKysely('@agentmem/sqlite/flavor')).toBe(true)
  expect(loadsKysely('@agentmem/sqlite/file')).toBe(false)
})
