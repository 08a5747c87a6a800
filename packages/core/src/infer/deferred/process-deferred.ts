import { MemoryError } from '../../contracts/errors.ts'
import type { CallOptions } from '../../contracts/log.ts'
import { inferFacts } from '../infer-facts.ts'
import type { Inferred } from '../infer-facts.ts'
import { isAsked } from '../is-asked.ts'
import { underInferLease } from '../process-pending.ts'
import type { Processing } from '../process-pending.ts'
import type { Inferring } from '../store-facts.ts'
import { collectJob } from './collect-job.ts'
import { JobNote } from './deferred-job.ts'
import { handIn, handInAgain } from './hand-in.ts'

/** What was inferred, and how many messages are in a job that is not done. */
export interface Deferred extends Inferred {
  readonly waiting: number
}

const pageSize = 1_000

/**
 * Works on what waits by one job for all windows: collects the one that was handed in, stores what it came to, and hands in what
 * waits now. It returns at once; the next call, of whatever process, goes on. Facts are compared and decided on here, in order of
 * time, by calls that are not deferred.
 */
export async function processDeferred(
  inferring: Inferring,
  processing: Processing,
  options: CallOptions,
): Promise<Deferred> {
  if (!inferring.extractor.submit || !inferring.extractor.collect)
    throw new MemoryError('UNSUPPORTED', 'The extractor takes no deferred work; leave `deferred` out.')
  return underInferLease(inferring, processing, options, async () => {
    const note = new JobNote(inferring.parts.store, processing.scope)
    let job = await note.read()
    let waiting = 0
    if (job && job.ticket === null) {
      waiting = await handInAgain(inferring, note, job, processing, options)
      job = undefined
    }
    const collected = job && (await collectJob(inferring, note, job, processing, options))
    if (job && !collected)
      waiting = new Set(job.windows.flatMap(({ pieces }) => pieces.map(([id]) => id))).size
    if (waiting === 0) waiting = await handIn(inferring, note, processing, options)
    const stored = await storeAnswered(inferring, processing, options)
    const before = collected?.failed ?? []
    const after = stored.failed.map(failure => ({ ...failure, index: before.length + failure.index }))
    return {
      ...stored,
      dropped: [...(collected?.dropped ?? []), ...stored.dropped],
      failed: [...before, ...after],
      waiting,
    }
  })
}

/** Stores the facts of messages whose answers are there; messages that no model is asked about are done with them. */
async function storeAnswered(
  inferring: Inferring,
  { scope, onProgress }: Processing,
  options: CallOptions,
): Promise<Inferred> {
  const { store, now } = inferring.parts
  const all = { results: [], relations: [], dropped: [], failed: [], done: [] } as {
    -readonly [Part in keyof Inferred]: Inferred[Part][number][]
  }
  for (let after = 0; ;) {
    const page = await store.pending(
      { scope, after, limit: pageSize, now: now() },
      { signal: options.signal },
    )
    const units = page.messages.filter(
      unit => unit.answer !== null || !isAsked(unit, inferring.settings, now()),
    )
    if (units.length > 0) {
      const found = await inferFacts(inferring, units, options)
      const index = all.failed.length
      all.results.push(...found.results)
      all.relations.push(...found.relations)
      all.dropped.push(...found.dropped)
      all.failed.push(...found.failed.map((failure, i) => ({ ...failure, index: index + i })))
      all.done.push(...found.done)
      onProgress?.({ done: all.done.length })
    }
    if (page.done) return all
    after = page.cursor
  }
}
