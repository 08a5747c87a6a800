import { MemoryError } from '../../src/contracts/errors.ts'
import type { ExtractedFact, MessageWindow, Outcome } from '../../src/contracts/extractor.ts'
import type { SubmitOptions } from '../../src/contracts/language-model.ts'
import { FakeExtractor } from './fake-extractor.ts'

type Facts = Outcome<{ readonly facts: readonly ExtractedFact[] }>

interface Job {
  readonly key: string
  readonly windows: readonly MessageWindow[]
}

/** Whoever works on jobs: several extractors may hand in and collect. */
export class Jobs {
  /** All that are paid for. */
  readonly all: Job[] = []
  isDone = true
  /** What is answered about a window of a job. Default: its messages, word for word. */
  outcome: ((window: MessageWindow, place: number) => Facts) | undefined
}

/** An Extractor that also takes deferred work. */
export class DeferredExtractor extends FakeExtractor {
  readonly jobs: Jobs

  constructor(jobs: Jobs) {
    super()
    this.jobs = jobs
  }

  async submit(windows: readonly MessageWindow[], { key = '' }: SubmitOptions = {}): Promise<string> {
    await this.onCall()
    const found = this.jobs.all.findIndex(job => job.key === key)
    return String(found < 0 ? this.jobs.all.push({ key, windows }) - 1 : found)
  }

  async collect(ticket: string): Promise<Facts[] | undefined> {
    const job = this.jobs.all[Number(ticket)]
    if (!job) throw new MemoryError('NOT_FOUND', `There is no job ${ticket}.`)
    const { isDone, outcome } = this.jobs
    return isDone ? job.windows.map((window, place) => (outcome ?? this.facts)(window, place)) : undefined
  }
}
