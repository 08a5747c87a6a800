import { embedderCases, registerCases, rerankerCases } from '@agentmem/conformance'
import { openCrossEncoder, openFastEmbedder } from '@agentmem/fastembed'
import { FlagEmbedding } from 'fastembed'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it, vi } from 'vitest'
import { shapes } from './fixture/write-model.ts'
import { tinyModel } from './tiny-model.ts'

describe('in a child process', () => {
  registerCases(describe, it, embedderCases, async () => {
    const { folder, remove } = await tinyModel()
    const part = await openFastEmbedder({ model: 'tiny', modelFolder: folder })
    return {
      part,
      // The child that follows the dead one cannot load the model.
      async breakBackend() {
        await writeFile(join(folder, 'model.onnx'), 'no model')
        process.kill(part.stats().processId ?? Number.NaN, 'SIGKILL')
      },
      async teardown() {
        await part.close()
        await remove()
      },
    }
  })
})

describe('in this process', () => {
  registerCases(describe, it, embedderCases, async () => {
    const { folder, remove } = await tinyModel()
    const part = await openFastEmbedder({ model: 'tiny', modelFolder: folder, inProcess: true })
    return {
      part,
      async breakBackend() {
        vi.spyOn(FlagEmbedding.prototype, 'embed').mockImplementation(() => {
          throw new Error('out of memory')
        })
      },
      async teardown() {
        vi.restoreAllMocks()
        await part.close()
        await remove()
      },
    }
  })
})

describe('a cross-encoder', () => {
  registerCases(describe, it, rerankerCases, async () => {
    const { folder, remove } = await tinyModel(shapes.reranker)
    const part = await openCrossEncoder({ model: 'tiny', modelFolder: folder })
    return {
      part,
      // The child that follows the dead one cannot load the model.
      async breakBackend() {
        await writeFile(join(folder, 'model.onnx'), 'no model')
        const { processId } = part.stats()
        if (processId !== undefined) process.kill(processId, 'SIGKILL')
      },
      async teardown() {
        await part.close()
        await remove()
      },
    }
  })
})
