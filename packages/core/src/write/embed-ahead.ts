import { untilAborted } from '../contracts/until-aborted.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import type { AddJob } from './add-job.ts'
import type { ParsedInput } from './parse-input.ts'
import { embedMissing } from './store-records.ts'

/**
 * Makes the vectors of jobs that wait for another's transaction, in one call. Single adds are left: they are embedded together
 * with those that come until then.
 */
export function embedAhead(parts: MemoryParts, waiting: readonly AddJob[]): void {
  const jobs = waiting.filter(({ inputs, ahead }) => inputs.length > 1 && ahead?.parts !== parts)
  if (jobs.length === 0) return
  const inputs = jobs.flatMap(job => job.inputs)
  const made = embedInputs(parts, inputs, undefined).catch(() => undefined)
  let start = 0
  for (const job of jobs) {
    const [from, to] = [start, (start += job.inputs.length)]
    job.ahead = { parts, vectors: made.then(vectors => vectors?.slice(from, to)) }
  }
}

/** Aligned with the inputs of all jobs; null for what no search finds. */
export async function vectorsOf(
  parts: MemoryParts,
  jobs: readonly AddJob[],
  signal: AbortSignal | undefined,
): Promise<readonly (Float32Array | null)[]> {
  const [only] = jobs
  if (jobs.length === 1 && only?.ahead === undefined) return embedInputs(parts, only?.inputs ?? [], signal)
  // Those of another model are of no use; those that failed are tried again, and the call is told then.
  const ahead = await Promise.all(
    jobs.map(async job => (job.ahead?.parts === parts ? untilAborted(job.ahead.vectors, signal) : undefined)),
  )
  const open = jobs.filter((_, i) => ahead[i] === undefined)
  const made = await embedInputs(
    parts,
    open.flatMap(({ inputs }) => inputs),
    signal,
  )
  let next = 0
  return jobs.flatMap(({ inputs }, i) => ahead[i] ?? made.slice(next, (next += inputs.length)))
}

/** Aligned with the inputs: one embed call for those that need one. */
async function embedInputs(
  parts: MemoryParts,
  inputs: readonly ParsedInput[],
  signal: AbortSignal | undefined,
): Promise<(Float32Array | null)[]> {
  const searched = inputs.flatMap(({ indexed, scope: { orgId }, content, embedding }) =>
    indexed ? { orgId, content, embedding } : [],
  )
  const vectors = await embedMissing(parts, searched, signal)
  let next = 0
  return inputs.map(({ indexed }) => (indexed ? (vectors[next++] ?? null) : null))
}
