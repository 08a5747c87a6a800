export { importMem0 } from './import-mem0.ts'
export type { ImportMem0Options, Mem0Like } from './import-mem0.ts'
export { MemoryClient } from './memory-client.ts'
export { Memory } from './memory.ts'
export type * from './client-shapes.ts'
export type * from './config-shapes.ts'
export type {
  AddConfig,
  DeleteAllConfig,
  GetAllConfig,
  HistoryItem,
  MemoryConfig,
  MemoryItem,
  Message,
  OpenMemoryConfig,
  SearchConfig,
  SearchFilters,
  SearchResult,
  UpdateConfig,
} from './mem0-shapes.ts'
