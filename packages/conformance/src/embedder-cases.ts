import type { Embedder } from '@agentmem/core/adapter'
import type { Case } from './case.ts'
import { embedderLifecycleCases } from './embedder/lifecycle.ts'
import { determinismCases, orderCases } from './embedder/order.ts'
import { guardCases, textCases } from './embedder/texts.ts'
import { vectorCases } from './embedder/vectors.ts'

/** What every Embedder must do, as `open...Embedder()` returns it: behind `guardEmbedder`. */
export const embedderCases: readonly Case<Embedder>[] = [
  ...vectorCases,
  ...orderCases,
  ...determinismCases,
  ...textCases,
  ...guardCases,
  ...embedderLifecycleCases,
]
