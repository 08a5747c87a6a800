export { memoryProcessor } from './memory-processor.ts'
export type { MemoryProcessorOptions, ScopeOfRequest } from './memory-processor.ts'
export type * from './processor.ts'
