import { extractorCases, ModelScript, registerCases, scriptedModel } from '@agentmem/conformance'
import { openModelExtractor } from '@agentmem/infer'
import { describe, it } from 'vitest'

describe('an extractor on a model', () => {
  registerCases(describe, it, extractorCases, async () => {
    const script = new ModelScript()
    for (const name of ['Ana', 'Ben', 'Cleo']) {
      const facts = [
        { text: `${name} lives in Paris`, sources: [2] },
        { text: `${name} is allergic to peanuts`, sources: [3] },
      ]
      script.when(`${name} lives in Paris.`, { says: { facts } })
    }
    script.when('Ana likes tea', { says: { decisions: [{ fact: 4, same: [0], replaces: [] }] } })
    const extractor = openModelExtractor({ model: scriptedModel(script) })
    return { part: extractor, teardown: () => extractor.close() }
  })
})
