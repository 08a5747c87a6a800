import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as sqlite from '@agentmem/sqlite'
import * as file from '@agentmem/sqlite/file'
import * as flavor from '@agentmem/sqlite/flavor'
import { expect, it } from 'vitest'

/** The packages that a source file imports, itself or through the files beside it, types aside. */
function packagesOf(path: string): string[] {
  const names = [...readFileSync(path, 'utf8').matchAll(/^(?:import|export) (?!type ).*? from '(.+?)'$/gms)]
  return names.flatMap(([, name = '']) =>
    name.startsWith('.') ? packagesOf(join(dirname(path), name)) : [name],
  )
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

it('@agentmem/sqlite/file loads no Kysely, which would double the time that a worker thread takes to start', () => {
  const packages = new Set(packagesOf(join(import.meta.dirname, '../src/file.ts')))
  expect([...packages].filter(name => !name.startsWith('node:')).toSorted()).toEqual([
    '@agentmem/core/adapter',
  ])
})
