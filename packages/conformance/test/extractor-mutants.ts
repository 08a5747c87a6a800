import type { Extractor, MessageWindow } from '@agentmem/core/adapter'
import type { Mutant } from './mutant.ts'
import { overrideMethods } from './override-methods.ts'

function mutant(
  group: string,
  fails: string,
  fault: string,
  wrong: (extractor: Extractor) => Partial<Extractor>,
): Mutant<Extractor> {
  return { group, fails, fault, mutate: extractor => overrideMethods(extractor, wrong(extractor)) }
}

export const extractorMutants: readonly Mutant<Extractor>[] = [
  mutant('outcomes', 'are one a window', 'mixes windows', extractor => ({
    extract: async (windows, options) => (await extractor.extract(windows, options)).toReversed(),
  })),
  mutant('outcomes', 'name messages of the window', 'counts from nought', extractor => ({
    extract: async (windows, options) =>
      (await extractor.extract(windows, options)).map(outcome =>
        'facts' in outcome
          ? { ...outcome, facts: outcome.facts.map(fact => ({ ...fact, sources: [0] })) }
          : outcome,
      ),
  })),
  mutant('outcomes', 'of windows that were handed in', 'mixes the windows of a job', extractor => {
    let windows: readonly MessageWindow[] = []
    return {
      submit: async given => {
        windows = given
        return 'ticket'
      },
      collect: async () => (await extractor.extract(windows)).toReversed(),
    }
  }),
  mutant('ends', 'with an aborted signal', 'takes no notice of a signal', extractor => ({
    extract: windows => extractor.extract(windows),
  })),
  mutant('facts', 'it has a name', 'counts a token for a text', () => ({ countTokens: () => 1 })),
]
