export { memoryProcessor } from './memory-processor.ts'
export type { MemoryProcessorOptions, OwnScope, ScopeOfRequest } from './memory-processor.ts'
export type * from './processor.ts'
