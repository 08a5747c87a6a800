import BetterSqlite3 from 'better-sqlite3'

const prepared = new Map<BetterSqlite3.Database, Set<string>>()

/** Puts `seen` before a method of every connection that is opened from now on, or is open. */
export function watch(
  method: 'prepare' | 'pragma',
  seen: (db: BetterSqlite3.Database, source: string) => void,
): void {
  const original = Reflect.get<object, string>(BetterSqlite3.prototype, method) as (source: string) => unknown
  Reflect.set(
    BetterSqlite3.prototype,
    method,
    function watched(this: BetterSqlite3.Database, ...given: [string]) {
      seen(this, given[0])
      return original.apply(this, given)
    },
  )
}

watch('prepare', (db, source) => {
  const sources = prepared.get(db)
  if (sources) sources.add(source)
  else prepared.set(db, new Set([source]))
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
