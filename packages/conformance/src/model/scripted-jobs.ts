import type { ScriptedAnswer, ScriptedRequest } from './scripted-answer.ts'

/** Requests that were handed in together. */
export interface ScriptedJob {
  readonly id: string
  readonly key: string
  /** One a request: undefined for one that nothing was written for, or that was not answered in time. */
  readonly answers: readonly (ScriptedAnswer | undefined)[]
  readonly end: 'completed' | 'expired' | 'failed'
  polls: number
}

/** Deferred work, as a script plays it: requests are taken when a job is handed in, and their answers told when it is done. */
export class ScriptedJobs {
  /** How many questions find the next job not done yet. Default 1. */
  polls = 1
  /** How the next job ends: 'completed' (default); 'expired', with the first half of its answers; 'failed', with none. */
  end: ScriptedJob['end'] = 'completed'
  /** All that were handed in, in their order. */
  readonly jobs: ScriptedJob[] = []
  readonly #take: (request: ScriptedRequest) => ScriptedAnswer | undefined

  constructor(take: (request: ScriptedRequest) => ScriptedAnswer | undefined) {
    this.#take = take
  }

  /** Hands requests in. */
  add(key: string, requests: readonly ScriptedRequest[]): ScriptedJob {
    const { end, polls } = this
    const share = { completed: 1, expired: 0.5, failed: 0 }[end]
    const taken = Math.ceil(share * requests.length)
    const answers = requests.map((request, i) => (i < taken ? this.#take(request) : undefined))
    const job = { id: `job_${this.jobs.length}`, key, answers, end, polls }
    this.jobs.push(job)
    return job
  }

  /** Where a job is: under way, or at its end. */
  statusOf({ polls, end }: ScriptedJob): string {
    return polls < 0 ? end : 'in_progress'
  }

  /** The job of a key that did not come to nothing. */
  find(key: string): ScriptedJob | undefined {
    return this.jobs.find(job => job.key === key && ['in_progress', 'completed'].includes(this.statusOf(job)))
  }

  /** The job, or 'unknown'; undefined while it is not done. */
  ask(id: string): ScriptedJob | 'unknown' | undefined {
    const job = this.jobs.find(one => one.id === id)
    if (!job) return 'unknown'
    return job.polls-- > 0 ? undefined : job
  }
}
