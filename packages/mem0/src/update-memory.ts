import type { Memory, MemoryChanges } from '@agentmem/core'
import { ownMetadata } from './add-messages.ts'
import type { UpdateConfig } from './mem0-shapes.ts'
import { checkConfig, endOfDay, invalid } from './refuse.ts'

/** Changes the text, and puts metadata beside what is there. Throws `NOT_FOUND` when there is no such memory. */
export async function updateMemory(memory: Memory, memoryId: string, given: UpdateConfig): Promise<void> {
  checkConfig(given, ['text', 'metadata', 'expirationDate'], 'update')
  const { text, metadata, expirationDate } = given
  if (text === undefined && metadata === undefined && expirationDate === undefined) {
    throw invalid('update() needs text, metadata or expirationDate.')
  }
  const expires = typeof expirationDate === 'string' ? endOfDay(expirationDate) : expirationDate
  const changes: MemoryChanges = {
    ...(text === undefined ? {} : { content: text }),
    ...(expires === undefined ? {} : { expiresAt: expires }),
    metadata: ownMetadata(metadata ?? {}, expirationDate),
  }
  await memory.update(memoryId, changes, { metadataMode: 'merge' })
}
