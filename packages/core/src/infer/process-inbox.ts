import { mintId } from '../contracts/mint-id.ts'
import type { Extractor } from '../contracts/extractor.ts'
import type { CallOptions } from '../contracts/log.ts'
import { givenId } from '../contracts/stored-id.ts'
import type { InferBudget, InferResult } from '../infer-api.ts'
import type { MemoryParts } from '../parts/memory-parts.ts'
import type { Inferred } from './infer-facts.ts'
import { givenError } from '../parts/given-ids.ts'
import { givenFact } from './given-fact.ts'
import { extractorOf } from './inbox.ts'
import type { InferSettings } from './infer-settings.ts'
import type { InferTally } from './infer-tally.ts'
import { processPending } from './process-pending.ts'
import type { Processing } from './process-pending.ts'
import { Spending } from './spending.ts'
import type { Inferring } from './store-facts.ts'

/** What carries out calls that make facts. */
export interface InferEngine {
  readonly tally: InferTally
  readonly extractor: Extractor | undefined
  readonly inferSettings: InferSettings
  run<T>(doing: string, work: (parts: MemoryParts) => Promise<T>, options: CallOptions): Promise<T>
}

export interface InboxOptions extends CallOptions {
  readonly budget?: InferBudget | undefined
  /** How it goes about it. Default: by calls of the model that are waited for. */
  readonly work?: (
    inferring: Inferring,
    processing: Processing,
    options: CallOptions,
  ) => Promise<Inferred & { readonly waiting?: number }>
}

/** Makes the facts of messages that wait. */
export async function processInbox(
  engine: InferEngine,
  processing: Processing,
  { budget, signal, work = processPending }: InboxOptions,
): Promise<InferResult> {
  const extractor: Extractor = extractorOf(engine)
  const spending = new Spending(budget, extractor.asksModel)
  const batch = mintId()
  const settings = engine.inferSettings
  const inferred = await engine.run(
    'process',
    parts => {
      const inferring = { parts, extractor, settings, batch, spending, keeps: settings.keepAnswers }
      return work(inferring, processing, { signal })
    },
    { signal },
  )
  const result = inferResult(engine, inferred, batch, spending)
  const pending = result.pending + (inferred.waiting ?? 0)
  return { ...result, pending, messages: inferred.done.map(({ record }) => givenId(record.id)) }
}

/**
 * Works on what waits of an organization, unless nothing does or another process is at it. Returns whether something is
 * left that may be taken later.
 */
export async function processBehind(
  engine: InferEngine,
  orgId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const scope = { orgId }
  const { messages } = await engine.run(
    'process',
    ({ store, now }) => store.pending({ scope, limit: 1, now: now() }, { signal }),
    { signal },
  )
  if (messages.length === 0) return false
  const all = { scope, limit: Number.MAX_SAFE_INTEGER, retryParked: false, onProgress: undefined }
  const { failed } = await processInbox(engine, { ...all, isPatient: false }, { signal })
  return failed.some(({ retryable }) => retryable)
}

/** Counts what a run did, and tells it, with the ids that callers use. */
export function inferResult(
  { tally }: Pick<InferEngine, 'tally'>,
  inferred: Inferred,
  batch: string,
  { usage }: Spending,
): InferResult {
  const { results, relations } = inferred
  const dropped = inferred.dropped.map(fact => ({ ...fact, sources: fact.sources.map(givenId) }))
  const failed = inferred.failed.map(failure => ({
    ...failure,
    messageId: givenId(failure.messageId),
    error: givenError(failure.error),
  }))
  tally.note(usage, dropped, failed)
  return {
    results: results.map(givenFact),
    relations: relations.map(relation => ({ ...relation, memoryId: givenId(relation.memoryId) })),
    messages: [],
    pending: failed.length,
    failed,
    dropped,
    batch,
    usage: { ...usage },
  }
}
