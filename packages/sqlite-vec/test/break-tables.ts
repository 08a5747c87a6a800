import Database from 'better-sqlite3'

/** Takes the tables of an index away behind its back. */
export function breakTables(
  path: string,
  prefix = '',
  tables: readonly string[] = ['vec_vectors', 'vec_scopes', 'vec_state'],
): void {
  const db = new Database(path)
  for (const table of tables) db.exec(`drop table ${prefix}${table}`)
  db.close()
}
