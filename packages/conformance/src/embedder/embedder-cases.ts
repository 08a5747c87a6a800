import type { Embedder } from '@agentmem/core/adapter'
import type { Case } from '../kit/case.ts'
import { hostileCases } from '../kit/hostile-cases.ts'
import { embedderLifecycleCases } from './lifecycle.ts'
import { determinismCases, orderCases } from './order.ts'
import { guardCases, textCases } from './texts.ts'
import { vectorCases } from './vectors.ts'

const samples = { embed: [['text'], { as: 'query', signal: new AbortController().signal }] }

/** What every Embedder must do, as `open...Embedder()` returns it: behind `guardEmbedder`. */
export const embedderCases: readonly Case<Embedder>[] = [
  ...vectorCases,
  ...orderCases,
  ...determinismCases,
  ...textCases,
  ...guardCases,
  ...hostileCases<Embedder>(() => samples, ['embed']),
  ...embedderLifecycleCases,
]
