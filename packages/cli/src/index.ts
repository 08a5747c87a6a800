export { openMemory } from './backends/open-memory.ts'
export type { MemoryUrls, OpenedMemory } from './backends/open-memory.ts'
export type { Part } from './backends/manifest.ts'
