import { MemoryError } from '../contracts/errors.ts'

/** How long nothing that waits is looked for, once nothing does, in milliseconds: at least. */
const idleMs = 60_000
/** The longest wait behind failures, in milliseconds. */
const longestMs = 600_000

export interface InferWorkerOptions {
  /** How long it gathers messages, in milliseconds. */
  readonly settleMs: number
  /** Tokens of messages that are enough for a call of the model. */
  readonly windowTokens: number
  /** Works on what waits of an organization; returns whether something is left that is to be tried again. */
  readonly work: (orgId: string, signal: AbortSignal) => Promise<boolean>
  /** Told of what `work` throws. */
  readonly onError: (error: MemoryError) => void
}

/** What is known of the inbox of one organization. */
interface Gathering {
  /** Of messages that were received since it was worked on. */
  tokens: number
  timer: NodeJS.Timeout | undefined
  isBusy: boolean
  /** Whether it is looked at though nothing is received here: another process may have died over it. */
  isWatched: boolean
  failures: number
}

/**
 * Makes the facts of messages that wait, in the background: it gathers until there are enough of them or some time has
 * passed, and then works on all. Its timers keep no process from ending.
 */
export class InferWorker {
  readonly #options: InferWorkerOptions
  readonly #orgs = new Map<string, Gathering>()
  readonly #stopping = new AbortController()

  constructor(options: InferWorkerOptions) {
    this.#options = options
  }

  /** Looks after an inbox from now on, whoever fills it. */
  watch(orgId: string): void {
    const gathering = this.#of(orgId)
    gathering.isWatched = true
    this.#wake(orgId, gathering, this.#options.settleMs)
  }

  /** Says that messages of so many tokens were received. */
  note(orgId: string, tokens: number): void {
    const gathering = this.#of(orgId)
    const isFirst = gathering.tokens === 0
    gathering.tokens += tokens
    if (gathering.tokens >= this.#options.windowTokens) this.#wake(orgId, gathering, 0)
    else if (isFirst) this.#wake(orgId, gathering, this.#options.settleMs)
  }

  /** Ends it, and what it is at: nothing is lost, it waits on. */
  stop(): void {
    this.#stopping.abort(new MemoryError('ABORTED', 'The memory is closing.'))
    for (const { timer } of this.#orgs.values()) clearTimeout(timer)
    this.#orgs.clear()
  }

  #of(orgId: string): Gathering {
    const none = { tokens: 0, timer: undefined, isBusy: false, isWatched: false, failures: 0 }
    const gathering = this.#orgs.get(orgId) ?? none
    if (!this.#stopping.signal.aborted) this.#orgs.set(orgId, gathering)
    return gathering
  }

  #wake(orgId: string, gathering: Gathering, ms: number): void {
    // What is received meanwhile is seen when the work at hand has ended.
    if (gathering.isBusy || this.#stopping.signal.aborted) return
    clearTimeout(gathering.timer)
    gathering.timer = setTimeout(() => void this.#work(orgId, gathering), ms).unref()
  }

  async #work(orgId: string, gathering: Gathering): Promise<void> {
    const { settleMs, windowTokens, work, onError } = this.#options
    const { signal } = this.#stopping
    gathering.isBusy = true
    gathering.tokens = 0
    let isLeft = true
    try {
      isLeft = await work(orgId, signal)
      gathering.failures = 0
    } catch (thrown) {
      gathering.failures++
      if (!signal.aborted) onError(MemoryError.from(thrown, 'The facts could not be made'))
    }
    gathering.isBusy = false
    const idle = Math.max(settleMs, idleMs)
    if (gathering.tokens > 0) this.#wake(orgId, gathering, gathering.tokens >= windowTokens ? 0 : settleMs)
    else if (gathering.failures > 0)
      this.#wake(orgId, gathering, Math.min(idle * 2 ** (gathering.failures - 1), longestMs))
    else if (isLeft || gathering.isWatched) this.#wake(orgId, gathering, idle)
    else this.#orgs.delete(orgId)
  }
}
