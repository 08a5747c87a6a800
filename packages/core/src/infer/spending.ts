import { checkInteger, checkKeys } from '../checks/check-values.ts'
import type { ModelUsage } from '../contracts/language-model.ts'
import type { InferBudget } from '../infer-api.ts'

/** What the instructions of a call may take, in tokens. */
const instructions = 1_500

/** What a run may cost, and has cost so far. */
export class Spending {
  readonly #budget: InferBudget
  readonly #counts: boolean
  readonly usage: { calls: number; inputTokens: number; outputTokens: number } = {
    calls: 0,
    inputTokens: 0,
    outputTokens: 0,
  }
  /** Tokens of calls that were allowed. */
  #promised = 0

  /** `counts`: whether there is a model behind the calls. */
  constructor(budget: InferBudget = {}, counts = true) {
    checkKeys(budget, ['calls', 'inputTokens'], 'budget')
    for (const name of ['calls', 'inputTokens'] as const)
      if (budget[name] !== undefined) checkInteger(budget[name], `budget.${name}`, 0, Number.MAX_SAFE_INTEGER)
    this.#budget = budget
    this.#counts = counts
  }

  /** Whether a call with so many tokens of data is within the budget; if so, it counts. */
  allows(tokens: number): boolean {
    if (!this.#counts) return true
    const { calls = Infinity, inputTokens = Infinity } = this.#budget
    const promised = this.#promised + tokens + instructions
    if (this.usage.calls + 1 > calls || promised > inputTokens) return false
    this.usage.calls++
    this.#promised = promised
    return true
  }

  /** Counts what a call came to. */
  note({ input, output }: ModelUsage): void {
    this.usage.inputTokens += input
    this.usage.outputTokens += output
  }
}
