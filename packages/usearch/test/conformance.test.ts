import { freshFolder, indexCases, registerCases } from '@agentmem/conformance'
import type { Setup } from '@agentmem/conformance'
import type { VectorIndex } from '@agentmem/core/adapter'
import { openUsearchIndex } from '@agentmem/usearch'
import { describe, it } from 'vitest'
import { openSmall } from './open-small.ts'

const dimensions = 32

async function inMemory(): Promise<Setup<VectorIndex>> {
  const part = await openUsearchIndex({ dimensions })
  return { part, teardown: () => part.close() }
}

async function onDisk(open: (path: string) => Promise<VectorIndex>): Promise<Setup<VectorIndex>> {
  const folder = await freshFolder()
  const openAgain = (): Promise<VectorIndex> => open(folder.path)
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

describe('in memory', () => {
  registerCases(describe, it, indexCases, inMemory)
})

describe('on disk, scanned', () => {
  registerCases(describe, it, indexCases, () => onDisk(path => openUsearchIndex({ path, dimensions })))
})

describe('on disk, in small segments with graphs', () => {
  registerCases(describe, it, indexCases, () => onDisk(path => openSmall({ path, dimensions })))
})
