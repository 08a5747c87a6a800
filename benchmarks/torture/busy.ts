import type { Random } from '@agentmem/conformance'
import { MemoryError } from '@agentmem/core'
import type { Memory } from '@agentmem/core'
import type { Tally } from './figures.ts'
import type { Model } from './model.ts'
import { contentOf, perform, randomStep } from './steps.ts'
import type { Contents, Step } from './steps.ts'

/** What one that works on a memory is told by. */
export interface BusyOptions {
  readonly random: Random
  readonly model: Model
  readonly tally: Tally
  /** Begins the names of its users, and so all ids that are its own. */
  readonly name: string
  /** Ids of this run are unlike those of earlier ones. */
  readonly generation?: number
  /** Every call ends after so many milliseconds, by its signal. Default: never. */
  readonly patienceMs?: number
  readonly onBegin?: (step: Step) => void
  readonly onEnd?: (step: Step) => void
  /** Told what is there after a step that failed, and why it did. */
  readonly onFailed?: (step: Step, contents: Contents, error: string) => void
}

/** How often a call is made again that says that it may be. */
const mostTries = 40

/** Does everything that a memory can do, at random, one call after the other, and keeps the model of it. */
export class Busy {
  readonly #memory: Memory
  readonly #options: BusyOptions
  readonly #users: readonly string[]
  #ids = 0
  #lastError = ''

  constructor(memory: Memory, options: BusyOptions) {
    this.#memory = memory
    this.#options = options
    this.#users = ['a', 'b', 'c'].map(user => `${options.name}${user}`)
  }

  async run(steps: number, isOver: () => boolean = () => false): Promise<void> {
    for (let n = 0; n < steps && !isOver(); n++) {
      await this.#write()
      await this.#look()
    }
  }

  async #write(): Promise<void> {
    const { random, model, tally, generation = 0, onBegin, onEnd, onFailed } = this.#options
    const user = random.pick(this.#users)
    const fresh = (): string => `${user}/${generation}.${this.#ids++}`
    const step = randomStep(random, user, model.contentsOf(user), fresh)
    onBegin?.(step)
    model.begin(step)
    if (await this.#call(signal => perform(this.#memory, step, signal))) {
      model.end(user)
      onEnd?.(step)
      return
    }
    const error = this.#lastError
    // What became of it is to be seen, once the server is done with it: the next write waits for that.
    await this.#call(() => this.#memory.add('a write behind it', { userId: `${this.#options.name}z` }), true)
    await this.#call(() => model.settle(user, this.#memory, tally, `${step.do} that failed`), true)
    onFailed?.(step, model.contentsOf(user), error)
  }

  async #look(): Promise<void> {
    const { random, model, tally } = this.#options
    const memory = this.#memory
    const user = random.pick(this.#users)
    const ids = [...model.contentsOf(user).keys()]
    const dice = random.next()
    if (dice < 0.4 && ids.length > 0) {
      const [query, mode] = [contentOf(random.pick(ids)), random.pick(['vector', 'text', 'hybrid'] as const)]
      await this.#call(async signal => {
        const { results } = await memory.search(query, { userId: user, mode, signal })
        const other = results.find(({ id }) => !id.startsWith(`${user}/`))
        if (other) tally.wrong('leaked', `a search of ${user} found ${other.id}`)
      })
    } else if (dice < 0.5) await this.#call(signal => memory.getBatch(ids.slice(0, 5), { signal }))
    else if (dice < 0.55) await this.#call(signal => memory.flush({ signal }))
    else if (dice < 0.58) await this.#call(signal => memory.optimize({ signal }))
    else if (dice < 0.62) await this.#call(signal => memory.count({ userId: user, signal }))
  }

  /** Makes a call, again while it says that it may be; false when it failed for good. `isNeeded`: it may not fail. */
  async #call(
    work: (signal: AbortSignal | undefined) => Promise<unknown>,
    isNeeded = false,
  ): Promise<boolean> {
    const { tally, patienceMs } = this.#options
    for (let attempt = 1; ; attempt++) {
      tally.add('inputs')
      try {
        await work(patienceMs === undefined ? undefined : AbortSignal.timeout(patienceMs))
        return true
      } catch (error) {
        if (!MemoryError.is(error)) {
          tally.wrong('untyped', String(error instanceof Error ? error.stack : error))
          return false
        }
        this.#lastError = `${error.code}: ${error.message}`
        if (attempt === mostTries || !(isNeeded || error.retryable)) return false
      }
      await new Promise(resolve => setTimeout(resolve, Math.min(20 * attempt, 300)))
    }
  }
}
