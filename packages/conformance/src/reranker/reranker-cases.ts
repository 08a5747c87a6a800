import type { Reranker } from '@agentmem/core/adapter'
import type { Case } from '../kit/case.ts'
import { rerankerLifecycleCases } from './lifecycle.ts'
import { orderCases } from './order.ts'
import { scoreCases } from './scores.ts'
import { guardCases, textCases } from './texts.ts'

/** What every Reranker must do, as `open...()` returns it: behind `guardReranker`. */
export const rerankerCases: readonly Case<Reranker>[] = [
  ...scoreCases,
  ...orderCases,
  ...textCases,
  ...guardCases,
  ...rerankerLifecycleCases,
]
