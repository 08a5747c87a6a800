import pg from 'pg'

let statements = 0
let isCounting = false

type Query = (this: unknown, ...args: unknown[]) => unknown

/** Counts what any library sends through the `pg` driver from now on, each query() as one statement. */
export function countStatements(): () => number {
  // A driver that is counted already would be counted twice.
  if (isCounting) return () => statements
  isCounting = true
  const prototype = pg.Client.prototype as unknown as { query: Query }
  const { query } = prototype
  prototype.query = function counted(...args) {
    statements++
    return query.apply(this, args)
  }
  return () => statements
}
