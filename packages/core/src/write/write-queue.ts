import { MemoryError, throwIfAborted } from '../contracts/errors.ts'
import { RepeatedFailure } from './repeated-failure.ts'

interface Waiting<Job, Result> {
  readonly job: Job
  readonly size: number
  readonly signal: AbortSignal | undefined
  readonly resolve: (result: Result) => void
  readonly reject: (reason: unknown) => void
  /** Takes it out of the queue, as its signal asks for. */
  readonly leave: () => void
}

export interface WriteQueueOptions<Job, Result> {
  /** Carries out several jobs as one; the results are aligned with the jobs. */
  readonly run: (jobs: readonly Job[], signal: AbortSignal | undefined) => Promise<readonly Result[]>
  /** How many runs are in flight at the same time at most. */
  readonly concurrency: number
  /** A run is given jobs up to this size in all, but always at least one. */
  readonly maxSize: number
  /** How long a run may keep the next one from starting, in milliseconds. Default: 5,000. */
  readonly patienceMs?: number | undefined
  /** Whether a job can go into one run with the first of it. Default: always. */
  readonly together?: (first: Job, job: Job) => boolean
  /** Told when jobs have come that must wait. */
  readonly onWaiting?: () => void
}

const defaultPatienceMs = 5_000

/**
 * Turns calls that are made one by one into batches: jobs pushed in the same tick, or while a run is in
 * flight, go into one run. When a run of several jobs fails, each is run again by itself, so that a job fails
 * only for its own fault; that needs jobs that can be run twice. A failure of the backend that may pass, or that
 * meets one after the other, fails the others as well. A run that takes long, as when an embedder does not answer, holds up
 * nobody else: after `patienceMs` others start beside it.
 */
export class WriteQueue<Job, Result> {
  readonly #options: WriteQueueOptions<Job, Result>
  #waiting: Waiting<Job, Result>[] = []
  #running = 0
  #scheduled = false

  constructor(options: WriteQueueOptions<Job, Result>) {
    this.#options = options
  }

  /** `size` is how many items the job holds. */
  push(job: Job, size = 1, signal?: AbortSignal): Promise<Result> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting = this.#waiting.filter(other => other !== waiting)
        isLive(waiting)
      }
      const waiting = { job, size, signal, resolve, reject, leave }
      signal?.addEventListener('abort', leave, { once: true })
      this.#waiting.push(waiting)
      if (this.#scheduled) return
      this.#scheduled = true
      // A microtask runs once the code that pushes has come to its end.
      queueMicrotask(() => {
        this.#scheduled = false
        this.#start()
        if (this.#waiting.length > 0) this.#options.onWaiting?.()
      })
    })
  }

  /** The jobs of the next run, as far as they are here yet. */
  get next(): Job[] {
    return this.#waiting.slice(0, this.#nextCount()).map(({ job }) => job)
  }

  #start(): void {
    while (this.#running < this.#options.concurrency && this.#waiting.length > 0) {
      this.#running++
      let isCounted = true
      const makeRoom = (): void => {
        if (!isCounted) return
        isCounted = false
        this.#running--
        this.#start()
      }
      const timer = setTimeout(makeRoom, this.#options.patienceMs ?? defaultPatienceMs)
      void this.#runNext(this.#take()).finally(() => {
        clearTimeout(timer)
        makeRoom()
      })
    }
  }

  #take(): Waiting<Job, Result>[] {
    const count = this.#nextCount()
    const taken = this.#waiting.slice(0, count)
    this.#waiting = this.#waiting.slice(count)
    for (const { signal, leave } of taken) signal?.removeEventListener('abort', leave)
    return taken
  }

  #nextCount(): number {
    const { maxSize, together } = this.#options
    const first = this.#waiting[0]?.job as Job
    let size = 0
    let count = 0
    for (const waiting of this.#waiting) {
      size += waiting.size
      if (count > 0 && (size > maxSize || together?.(first, waiting.job) === false)) break
      count++
    }
    return count
  }

  /** Returns the error with which all of them failed, should they have. */
  async #runNext(taken: readonly Waiting<Job, Result>[]): Promise<unknown> {
    const live = taken.filter(isLive)
    const [first] = live
    if (!first) return undefined
    try {
      // A run goes on until all have given it up.
      const signal = live.length === 1 ? first.signal : allOf(live.map(waiting => waiting.signal))
      const results = await this.#options.run(
        live.map(({ job }) => job),
        signal,
      )
      live.forEach(({ resolve }, i) => resolve(results[i] as Result))
    } catch (error) {
      if (live.length > 1 && !(MemoryError.is(error) && error.retryable)) return this.#runEach(live)
      for (const { reject } of live) reject(error)
      return error
    }
    return undefined
  }

  async #runEach(live: readonly Waiting<Job, Result>[]): Promise<void> {
    const failure = new RepeatedFailure()
    for (const [i, waiting] of live.entries()) {
      const error = await this.#runNext([waiting])
      if (!failure.note(error)) continue
      for (const { reject } of live.slice(i + 1)) reject(error)
      return
    }
  }
}

/** A signal that aborts when all of these have; undefined where one never does. */
function allOf(signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  if (signals.includes(undefined)) return undefined
  const all = new AbortController()
  let left = signals.length
  for (const signal of signals) {
    const note = (): void => {
      if (--left === 0) all.abort(signal?.reason)
    }
    signal?.addEventListener('abort', note, { once: true })
  }
  return all.signal
}

/** False for a job whose signal has aborted it, which is then rejected. */
function isLive<Job, Result>({ signal, reject }: Waiting<Job, Result>): boolean {
  try {
    throwIfAborted(signal)
    return true
  } catch (error) {
    reject(error)
    return false
  }
}
