import { checkArray, invalid } from '../checks/check-values.ts'
import { show } from '../contracts/show-value.ts'
import type { Embedder } from '../contracts/embedder.ts'
import { MemoryError } from '../contracts/errors.ts'
import type { Scope } from '../contracts/record.ts'
import type {
  AddBatchOptions,
  AddBatchReport,
  AddBatchResult,
  AddInput,
  ChangedMemory,
  FailedInput,
} from '../memory-api.ts'
import { queueAdd } from './add-memories.ts'
import type { AddJob } from './add-job.ts'
import { parseInput } from './parse-input.ts'
import type { ParsedInput } from './parse-input.ts'
import { RepeatedFailure } from './repeated-failure.ts'
import type { WriteQueue } from './write-queue.ts'

/** An input that passed its checks, and where it stood. */
interface IndexedInput {
  readonly index: number
  readonly input: ParsedInput
}

/**
 * Adds a batch of inputs as one job: all or nothing, or with a report of each that failed. `embedder` is the one
 * in use when the call was made.
 */
export async function addBatch(
  adds: WriteQueue<AddJob, ChangedMemory[]>,
  embedder: Embedder,
  bound: Scope,
  inputs: readonly AddInput[],
  options: AddBatchOptions,
): Promise<AddBatchReport | AddBatchResult> {
  checkArray(inputs, 'inputs')
  const { onError = 'throw', dedupe = false, onTaken, signal } = options
  if (onError !== 'throw' && onError !== 'report') {
    throw invalid(`onError must be 'throw' or 'report', not ${show(onError)}.`)
  }
  const parse = (input: AddInput, place: number): ParsedInput =>
    parseInput(input, options, bound, embedder.dimensions, place)
  const { parsed, failed } = parseEach(inputs, parse, onError)
  const add = (batch: readonly IndexedInput[]): Promise<ChangedMemory[]> =>
    queueAdd(adds, { inputs: batch.map(({ input }) => input), dedupe, onTaken, embedder }, signal)
  if (onError === 'report') return addEach(inputs.length, parsed, failed, add)
  return { results: parsed.length === 0 ? [] : await add(parsed), failed: [], relations: [] }
}

/** Checks every input; the first that is wrong is thrown with its place, or all of them are reported. */
function parseEach(
  inputs: readonly AddInput[],
  parse: (input: AddInput, place: number) => ParsedInput,
  onError: 'throw' | 'report',
): { readonly parsed: IndexedInput[]; readonly failed: FailedInput[] } {
  const parsed: IndexedInput[] = []
  const failed: FailedInput[] = []
  // Not forEach, which passes over a hole.
  for (const [index, input] of inputs.entries()) {
    try {
      parsed.push({ index, input: parse(input, index) })
    } catch (cause) {
      const error = MemoryError.from(cause, 'addBatch')
      const placed = new MemoryError(error.code, `inputs[${index}]: ${error.message}`, { cause: error })
      if (onError === 'throw') throw placed
      failed.push({ index, error: placed, retryable: false })
    }
  }
  return { parsed, failed }
}

/**
 * Adds what can be added. When a batch fails for the fault of some input, it is halved until that input
 * stands alone. A failure of the backend that may pass, or that meets one after the other, fails the rest as it is.
 */
async function addEach(
  count: number,
  parsed: readonly IndexedInput[],
  failed: readonly FailedInput[],
  add: (batch: readonly IndexedInput[]) => Promise<readonly ChangedMemory[]>,
): Promise<AddBatchReport> {
  const results: (ChangedMemory | undefined)[] = Array.from({ length: count }, () => undefined)
  const allFailed = [...failed]
  const failure = new RepeatedFailure()
  let last: MemoryError | undefined
  const fail = (batch: readonly IndexedInput[], error: MemoryError): void => {
    for (const { index } of batch) allFailed.push({ index, error, retryable: error.retryable })
  }
  const attempt = async (batch: readonly IndexedInput[]): Promise<void> => {
    if (batch.length === 0) return
    if (last) return fail(batch, last)
    try {
      const added = await add(batch)
      batch.forEach(({ index }, i) => (results[index] = added[i]))
      failure.note(undefined)
    } catch (cause) {
      const error = MemoryError.from(cause, 'addBatch')
      if (batch.length > 1 && !error.retryable && error.code !== 'ABORTED' && error.code !== 'CLOSED') {
        const half = batch.length >> 1
        await attempt(batch.slice(0, half))
        await attempt(batch.slice(half))
      } else {
        fail(batch, error)
        if (failure.note(error)) last = error
      }
    }
  }
  await attempt(parsed)
  return { results, failed: allFailed.sort((a, b) => a.index - b.index), relations: [] }
}
