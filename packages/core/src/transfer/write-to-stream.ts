import { setImmediate } from 'node:timers/promises'

import { invalid } from '../checks/check-values.ts'
import { untilAborted } from '../contracts/until-aborted.ts'

/**
 * Writes texts to a stream and leaves it open, at the pace at which it takes them. Node's `pipeline` would leave a listener
 * behind on a stream that stays open, for each export to it. Throws what the stream fails with, and `INVALID_ARGUMENT` for one
 * that has ended.
 */
export async function writeToStream(
  texts: AsyncIterable<string>,
  target: NodeJS.WritableStream,
  signal?: AbortSignal,
): Promise<void> {
  if (!target.writable) throw invalid('The stream of exportTo has ended; give one that is open.')
  let failure: { readonly reason: unknown } | undefined
  let wake = (): void => undefined
  const drained = (): void => wake()
  const fail = (reason: unknown): void => {
    failure ??= { reason }
    wake()
  }
  const closed = (): void => fail(new Error('the stream was closed before the export had ended'))
  const listeners = { error: fail, close: closed, drain: drained }
  for (const [event, listener] of Object.entries(listeners)) target.on(event, listener)
  try {
    for await (const text of texts) {
      const { promise, resolve } = Promise.withResolvers<void>()
      wake = resolve
      if (!target.write(text)) await untilAborted(promise, signal)
      if (failure) throw failure.reason
    }
    // A stream tells of a write that failed a moment later.
    await setImmediate()
    if (failure) throw failure.reason
  } finally {
    for (const [event, listener] of Object.entries(listeners)) target.off(event, listener)
  }
}
