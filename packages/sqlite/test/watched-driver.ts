import BetterSqlite3 from 'better-sqlite3'

const prepared = new Map<BetterSqlite3.Database, Set<string>>()
const original = BetterSqlite3.prototype.prepare

Object.defineProperty(BetterSqlite3.prototype, 'prepare', {
  configurable: true,
  writable: true,
  value(this: BetterSqlite3.Database, source: string) {
    const sources = prepared.get(this)
    if (sources) sources.add(source)
    else prepared.set(this, new Set([source]))
    return original.call(this, source)
  },
})

/** Closes the driver's connections to a file behind the back of whoever uses them. */
export function closeConnectionsTo(path: string): void {
  for (const db of prepared.keys()) {
    if (db.name === path) db.close()
  }
}

/** The statements that connections to a file have prepared so far. */
export function statementsTo(path: string): Set<string> {
  const all = new Set<string>()
  for (const [db, sources] of prepared) {
    if (db.name === path) for (const source of sources) all.add(source)
  }
  return all
}
