import { indexCases, indexEntries, registerCases } from '@agentmem/conformance'
import type { Setup } from '@agentmem/conformance'
import type { VectorIndex } from '@agentmem/core/adapter'
import { openLancedbIndex } from '@agentmem/lancedb'
import type { LancedbIndexOptions } from '@agentmem/lancedb'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'vitest'

const dimensions = 32

async function onDisk(options: Partial<LancedbIndexOptions>): Promise<Setup<VectorIndex>> {
  const path = await mkdtemp(join(tmpdir(), 'agentmem-lancedb-'))
  const openAgain = (): Promise<VectorIndex> => openLancedbIndex({ path, dimensions, ...options })
  const part = await openAgain()
  return {
    part,
    openAgain,
    async breakBackend() {
      // What LanceDB knows of an empty table it has read already.
      await part.apply({ upserts: indexEntries(dimensions, 1), deletes: [], cursor: 1 })
      await rm(path, { recursive: true })
    },
    async teardown() {
      await part.close()
      await rm(path, { recursive: true, force: true })
    },
  }
}

describe('scanned exactly', () => {
  registerCases(describe, it, indexCases, () => onDisk({}))
})

describe('through an index over the vectors, old versions removed at once', () => {
  registerCases(describe, it, indexCases, () => onDisk({ exactUpTo: 300, probes: 4, keepVersionsMs: 0 }))
})

describe('in memory', () => {
  registerCases(describe, it, indexCases, async () => {
    const part = await openLancedbIndex({ uri: 'memory://', dimensions })
    return { part, teardown: () => part.close() }
  })
})
