import { MemoryError } from '@agentmem/core/adapter'
import { halves } from './batch-texts.ts'
import type { TextBatch } from './batch-texts.ts'
import type { Outcome } from './embeddings-endpoint.ts'

/** Sends texts; `maxRetries` as the endpoint has it, or another. */
type Send = (texts: readonly string[], maxRetries?: number) => Promise<Outcome>

/**
 * Embeds a batch at which the server failed at each try, by halves: all texts when they pass apart, otherwise the error of the
 * text at which it fails alone. Where the first two texts that stand alone fail and none has passed, the server fails at
 * anything, and the first error is thrown: it may pass.
 */
export async function embedByHalves(
  batch: TextBatch,
  fault: MemoryError,
  send: Send,
): Promise<readonly Float32Array[]> {
  const found = new Map<number, Float32Array>()
  const open: TextBatch[] = [...halves(batch)]
  let suspect: TextBatch | undefined
  for (let part = open.shift(); part; part = open.shift()) {
    const outcome = await send(part.texts, 0)
    if ('vectors' in outcome) {
      for (const [i, vector] of outcome.vectors.entries()) found.set(part.start + i, vector)
      // The server works, so it was the text, unless that passes now.
      if (suspect) open.unshift(suspect)
      suspect = undefined
    } else if (part.texts.length > 1) {
      open.unshift(...halves(part))
    } else if ('refusal' in outcome) {
      throw refused(part, 'is refused', outcome.refusal)
    } else if (found.size > 0) {
      const again = await send(part.texts)
      if (!('vectors' in again))
        throw refused(part, 'fails where others pass', 'fault' in again ? again.fault : again.refusal)
      for (const vector of again.vectors) found.set(part.start, vector)
    } else if (suspect) {
      throw fault
    } else {
      suspect = part
    }
  }
  if (suspect) throw fault
  return batch.texts.map((_, i) => found.get(batch.start + i) as Float32Array)
}

/** The error of one text. */
export function refused({ start, texts }: TextBatch, how: string, cause: MemoryError): MemoryError {
  const shown = JSON.stringify(texts[0]?.slice(0, 40))
  return new MemoryError('INVALID_ARGUMENT', `texts[${start}], ${shown}, ${how}: ${cause.message}`, { cause })
}
