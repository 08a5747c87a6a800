import { freshFolder, indexCases, indexEntries, registerCases } from '@agentmem/conformance'
import type { Setup } from '@agentmem/conformance'
import type { VectorIndex } from '@agentmem/core/adapter'
import { openLancedbIndex } from '@agentmem/lancedb'
import type { LancedbIndexOptions } from '@agentmem/lancedb'
import { describe, it } from 'vitest'

const dimensions = 32

async function onDisk(options: Partial<LancedbIndexOptions>): Promise<Setup<VectorIndex>> {
  const folder = await freshFolder()
  const openAgain = (): Promise<VectorIndex> =>
    openLancedbIndex({ path: folder.path, dimensions, ...options })
  const part = await openAgain()
  return {
    part,
    openAgain,
    async breakBackend() {
      // What LanceDB knows of an empty table it has read already.
      await part.apply({ upserts: indexEntries(dimensions, 1), deletes: [], cursor: 1 })
      await folder.remove()
    },
    async teardown() {
      await part.close()
      await folder.remove()
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
