import { MemoryError } from '../contracts/errors.ts'
import type { Store } from '../contracts/store.ts'
import type { Lifecycle } from '../guards/lifecycle.ts'
import type { MemoryOptions } from '../memory-api.ts'
import type { MemoryParts } from './memory-parts.ts'

/** A change of the model, as those see it who wait for its end. */
export interface Reembedding {
  /** Settled when it has ended in whatever way; never rejected. */
  readonly done: Promise<unknown>
  abort(): void
}

/** What the calls of a Memory work on, and what it takes to replace it. */
export interface LiveParts {
  /** Replaced as a whole when the model is: a call works with those that it began with. */
  parts: MemoryParts
  /** A change of the model that is under way. */
  reembedding: Reembedding | undefined
  /** Behind its guard, and bound to no model. */
  readonly store: Store
  readonly options: MemoryOptions
  readonly life: Lifecycle
  readonly closeParts: boolean
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined
  /** True for a call that cannot be made again, because it uses up what it was given. */
  readonly once?: boolean
}

/** Runs a call while the memory is open, and shows it what a flush in the background ran into. */
export function runOnParts<T>(
  engine: LiveParts,
  doing: string,
  work: (parts: MemoryParts) => Promise<T>,
  { signal, once = false }: RunOptions,
): Promise<T> {
  const call = (parts: MemoryParts): Promise<T> => {
    parts.follower.raise()
    return work(parts)
  }
  return engine.life.run(doing, () => onParts(engine, call, once ? doing : undefined), signal)
}

/**
 * Runs a call on the parts of now, and again on those that take their place when the model is changed under it:
 * what it wrote for the old model was refused then, and it has read nothing of the new. `once` names a call that
 * cannot be made again.
 */
export async function onParts<T>(
  engine: LiveParts,
  work: (parts: MemoryParts) => Promise<T>,
  once?: string,
): Promise<T> {
  for (;;) {
    const { parts } = engine
    try {
      return await work(parts)
    } catch (error) {
      if (!MemoryError.is(error) || (error.code !== 'MODEL_MISMATCH' && error.code !== 'CLOSED')) throw error
      await engine.reembedding?.done
      if (engine.parts === parts) throw error
      if (once === undefined) continue
      const message = `The model was changed while ${once} was at work on a stream, which cannot be gone through again; call it with a new one.`
      throw new MemoryError('MODEL_MISMATCH', message, { cause: error })
    }
  }
}
