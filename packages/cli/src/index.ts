export { openMemory } from './open-memory.ts'
export type { MemoryUrls, OpenedMemory } from './open-memory.ts'
export type { Part } from './backends.ts'
