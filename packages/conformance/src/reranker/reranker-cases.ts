import type { Reranker } from '@agentmem/core/adapter'
import type { Case } from '../kit/case.ts'
import { hostileCases } from '../kit/hostile-cases.ts'
import { rerankerLifecycleCases } from './lifecycle.ts'
import { orderCases } from './order.ts'
import { scoreCases } from './scores.ts'
import { guardCases, textCases } from './texts.ts'

const samples = { rerank: ['query', ['text'], { signal: new AbortController().signal }] }

/** What every Reranker must do, as `open...()` returns it: behind `guardReranker`. */
export const rerankerCases: readonly Case<Reranker>[] = [
  ...scoreCases,
  ...orderCases,
  ...textCases,
  ...guardCases,
  ...hostileCases<Reranker>(() => samples, ['rerank']),
  ...rerankerLifecycleCases,
]
