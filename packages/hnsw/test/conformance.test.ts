import { indexCases, registerCases } from '@agentmem/conformance'
import type { Setup } from '@agentmem/conformance'
import type { VectorIndex } from '@agentmem/core/adapter'
import { openHnswIndex } from '@agentmem/hnsw'
import type { HnswIndexOptions } from '@agentmem/hnsw'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'vitest'

const dimensions = 32

async function inMemory(options: Partial<HnswIndexOptions>): Promise<Setup<VectorIndex>> {
  const part = await openHnswIndex({ dimensions, ...options })
  return { part, teardown: () => part.close() }
}

async function onDisk(options: Partial<HnswIndexOptions>): Promise<Setup<VectorIndex>> {
  const path = await mkdtemp(join(tmpdir(), 'agentmem-hnsw-'))
  const openAgain = (): Promise<VectorIndex> => openHnswIndex({ path, dimensions, ...options })
  const part = await openAgain()
  return {
    part,
    openAgain,
    async teardown() {
      await part.close()
      await rm(path, { recursive: true, force: true })
    },
  }
}

describe('in memory, scanned exactly', () => {
  registerCases(describe, it, indexCases, () => inMemory({}))
})

describe('with snapshots, by the graph', () => {
  registerCases(describe, it, indexCases, () => onDisk({ exactUpTo: 0 }))
})
