import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'

let shared: Promise<PGlite> | undefined

/** One PGlite with pgvector for all tests of a file: it takes a second to start. */
export function openPglite(): Promise<PGlite> {
  shared ??= PGlite.create({ extensions: { vector } })
  return shared
}
