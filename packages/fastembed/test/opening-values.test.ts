import { openingCases, registerCases } from '@agentmem/conformance'
import { openCrossEncoder, openFastEmbedder } from '@agentmem/fastembed'
import { describe, it } from 'vitest'
import { tinyModel } from './tiny-model.ts'

describe('openFastEmbedder', () => {
  registerCases(describe, it, openingCases, async () => {
    const { folder, remove } = await tinyModel()
    const options = { model: 'tiny', modelFolder: folder }
    return { part: { open: openFastEmbedder, options }, teardown: remove }
  })
})

describe('openCrossEncoder', () => {
  registerCases(describe, it, openingCases, async () => {
    const { folder, remove } = await tinyModel()
    const options = { model: 'tiny', modelFolder: folder }
    return { part: { open: openCrossEncoder, options }, teardown: remove }
  })
})
