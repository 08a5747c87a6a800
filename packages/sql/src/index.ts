export { openSqlStore } from './sql-store.ts'
export type {
  BuriedTable,
  ColumnTypes,
  Flavor,
  FoundColumn,
  JsonFlavor,
  JsonKind,
  LogState,
  NewRows,
  Rows,
  SelfCheck,
  SqlDatabase,
} from './database/flavor.ts'
export { insertInChunks } from './database/insert-in-chunks.ts'
export type { BulkInsert, ChunkOptions } from './database/insert-in-chunks.ts'
export { isOfOwner } from './database/scope-condition.ts'
export { compileWhere } from './database/where-compile.ts'
export type { HistoryTable, MemoriesTable, MetaTable, Tables, TombstonesTable } from './database/tables.ts'
export { databaseOf, joinTransactions } from './transactions/join-transactions.ts'
export type { JoinedBatch, Projection } from './transactions/join-transactions.ts'
export { tableNames } from './database/tables.ts'
export { errorsByCode } from './database/errors-by-code.ts'
export type { ErrorMeaning, ErrorsByCode } from './database/errors-by-code.ts'
export {
  currentSignal,
  defaultStatementTimeoutMs,
  limited,
  unlimited,
  withSignal,
} from './database/statement-limit.ts'
export type { StatementLimit } from './database/statement-limit.ts'
export { untilItPasses } from './database/until-it-passes.ts'
