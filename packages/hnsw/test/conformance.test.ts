import { freshFolder, indexCases, registerCases } from '@agentmem/conformance'
import type { Setup } from '@agentmem/conformance'
import type { VectorIndex } from '@agentmem/core/adapter'
import { openHnswIndex } from '@agentmem/hnsw'
import type { HnswIndexOptions } from '@agentmem/hnsw'
import { describe, it } from 'vitest'

const dimensions = 32

async function inMemory(options: Partial<HnswIndexOptions>): Promise<Setup<VectorIndex>> {
  const part = await openHnswIndex({ dimensions, ...options })
  return { part, teardown: () => part.close() }
}

async function onDisk(options: Partial<HnswIndexOptions>): Promise<Setup<VectorIndex>> {
  const folder = await freshFolder()
  const openAgain = (): Promise<VectorIndex> => openHnswIndex({ path: folder.path, dimensions, ...options })
  const part = await openAgain()
  return {
    part,
    openAgain,
    async teardown() {
      await part.close()
      await folder.remove()
    },
  }
}

describe('in memory, scanned exactly', () => {
  registerCases(describe, it, indexCases, () => inMemory({}))
})

describe('with snapshots, by the graph', () => {
  registerCases(describe, it, indexCases, () => onDisk({ exactUpTo: 0 }))
})
