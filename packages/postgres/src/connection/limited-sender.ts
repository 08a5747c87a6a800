import { limited } from '@agentmem/sql'
import type { Answer, Sender, TakeSender } from './sender.ts'

/** The same connections, whose statements are waited for no longer than `ms` and the signal of their call. */
export function limitSenders(take: TakeSender, ms: number): TakeSender {
  return async () => new LimitedSender(await take(), ms)
}

class LimitedSender implements Sender {
  readonly #sender: Sender
  readonly #ms: number
  /** True once an answer is no longer waited for: the connection takes no more statements. */
  #isGivenUp = false

  constructor(sender: Sender, ms: number) {
    this.#sender = sender
    this.#ms = ms
  }

  get pipelines(): boolean {
    return this.#sender.pipelines
  }

  async send(text: string, values: readonly unknown[], named?: boolean): Promise<Answer> {
    const ends = text === 'rollback'
    if (this.#isGivenUp) {
      if (ends) return { rows: [], affected: undefined, command: 'ROLLBACK' }
      throw new Error('Connection terminated')
    }
    return limited(() => this.#sender.send(text, values, named), {
      ms: this.#ms,
      giveUp: () => {
        this.#isGivenUp = true
        this.#sender.drop()
      },
      heedsSignal: !ends,
    })
  }

  atOnce<T>(sends: () => T): T {
    return this.#sender.atOnce(sends)
  }

  release(): void {
    this.#sender.release()
  }

  drop(): boolean {
    return this.#sender.drop()
  }
}
