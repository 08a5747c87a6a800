import { signal } from '@preact/signals'
import type { Signal } from '@preact/signals'
import { CallError } from './call.ts'
import { lock } from './session.ts'

/** Something that is asked for: while it is on its way, what was there before stays. */
export interface Loading<Value> {
  readonly value: Value | undefined
  readonly error: CallError | undefined
  readonly busy: boolean
}

/** A value of the studio that is asked for again and again. Of two questions the last one counts, whichever answer comes first. */
export class Loaded<Value> {
  readonly state: Signal<Loading<Value>> = signal({ value: undefined, error: undefined, busy: false })
  #asking: AbortController | undefined

  get value(): Value | undefined {
    return this.state.value.value
  }

  set value(value: Value | undefined) {
    this.state.value = { ...this.state.peek(), value }
  }

  /** Asks. `keep`: the old value is shown until the answer is there. */
  async load(
    ask: (signal: AbortSignal) => Promise<Value>,
    { keep = true }: { keep?: boolean } = {},
  ): Promise<void> {
    this.#asking?.abort()
    const asking = new AbortController()
    this.#asking = asking
    const { value } = this.state.peek()
    this.state.value = { value: keep ? value : undefined, error: undefined, busy: true }
    try {
      const answer = await ask(asking.signal)
      if (!asking.signal.aborted) this.state.value = { value: answer, error: undefined, busy: false }
    } catch (thrown) {
      if (asking.signal.aborted) return
      const error = thrown instanceof CallError ? thrown : new CallError(0, 'BACKEND', String(thrown))
      if (error.status === 401) lock()
      this.state.value = { value: undefined, error, busy: false }
    }
  }

  /** Forgets the value, and what is on its way. */
  clear(): void {
    this.#asking?.abort()
    this.state.value = { value: undefined, error: undefined, busy: false }
  }
}
