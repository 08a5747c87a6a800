export { openSqlStore } from './sql-store.ts'
export type {
  ColumnTypes,
  Flavor,
  FoundColumn,
  JsonFlavor,
  JsonKind,
  LogState,
  NewRows,
  Rows,
  SqlDatabase,
} from './flavor.ts'
export { insertInChunks } from './insert-in-chunks.ts'
export type { BulkInsert, ChunkOptions } from './insert-in-chunks.ts'
export { compileWhere } from './where-compile.ts'
export type { HistoryTable, MemoriesTable, MetaTable, Tables, TombstonesTable } from './tables.ts'
export { databaseOf, joinTransactions } from './join-transactions.ts'
export type { JoinedBatch, Projection } from './join-transactions.ts'
export { tableNames } from './tables.ts'
export { untilItPasses } from './transact.ts'
export { errorsByCode } from './errors-by-code.ts'
export type { ErrorMeaning, ErrorsByCode } from './errors-by-code.ts'
