import type { Embedder } from '@agentmem/core/adapter'
import type { Case } from '../kit/case.ts'
import { embedderLifecycleCases } from './lifecycle.ts'
import { determinismCases, orderCases } from './order.ts'
import { guardCases, textCases } from './texts.ts'
import { vectorCases } from './vectors.ts'

/** What every Embedder must do, as `open...Embedder()` returns it: behind `guardEmbedder`. */
export const embedderCases: readonly Case<Embedder>[] = [
  ...vectorCases,
  ...orderCases,
  ...determinismCases,
  ...textCases,
  ...guardCases,
  ...embedderLifecycleCases,
]
