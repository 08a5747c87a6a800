import { invalid } from '../checks/check-values.ts'
import type { Extractor } from '../contracts/extractor.ts'
import { show } from '../contracts/show-value.ts'
import type { PendingMemory } from '../contracts/store-commit.ts'
import type { ParsedInput } from '../write/parse-input.ts'
import type { InferSettings } from './infer-settings.ts'
import type { InferWorker } from './infer-worker.ts'

/** How what a caller gives becomes messages that wait. */
export interface Inbox {
  readonly countTokens: (text: string) => number
  /** The input as a message. Throws `INVALID_ARGUMENT` for one that names another type. */
  readonly messageOf: (input: ParsedInput) => ParsedInput
  /** Has the facts of messages made in the background, which were received just now. */
  readonly wake: (units: readonly PendingMemory[]) => void
}

interface Able {
  readonly extractor: Extractor | undefined
  readonly inferSettings: InferSettings
  readonly inferWorker: Pick<InferWorker, 'note'> | undefined
}

/** Throws `INVALID_ARGUMENT` for a memory without an extractor. */
export function inboxOf(engine: Able): Inbox {
  const extractor = extractorOf(engine)
  const isIndexed = engine.inferSettings.messages === 'searchable'
  return {
    countTokens: text => extractor.countTokens(text),
    messageOf: input => {
      const { type, place, indexed } = input
      if (type !== 'episodic' && type !== 'message')
        throw invalid(`inputs[${place}]: type is ${show(type)}; with infer it is 'message', leave it out.`)
      return { ...input, type: 'message', indexed: indexed && isIndexed }
    },
    wake: units => {
      // All of one call are of one organization.
      const [first] = units
      const tokens = units.reduce((sum, unit) => sum + unit.tokens, 0)
      if (first) engine.inferWorker?.note(first.key.orgId, tokens)
    },
  }
}

export function extractorOf({ extractor }: Pick<Able, 'extractor'>): Extractor {
  if (extractor) return extractor
  throw invalid(
    'This memory has no extractor, which makes memories of messages; give one to Memory.open, or leave infer out.',
  )
}
