import { tracingChannel } from 'node:diagnostics_channel'
import type { TracingChannel } from 'node:diagnostics_channel'

import { MemoryError } from '../contracts/errors.ts'
import type { SignalOutcome, Signals } from './signals.ts'

const channels: Readonly<Record<keyof Signals, TracingChannel>> = {
  add: tracingChannel('agentmem:add'),
  embed: tracingChannel('agentmem:embed'),
  store: tracingChannel('agentmem:store'),
  search: tracingChannel('agentmem:search'),
  flush: tracingChannel('agentmem:flush'),
  index: tracingChannel('agentmem:index'),
}

/**
 * Runs some work, and tells those who listen to a channel when it starts, and when it ends or fails. `message` is made only
 * for them, and `outcome` adds what the result says. What the work returns or throws goes to its caller alone: it may name
 * what is stored.
 */
export function trace<Name extends keyof Signals, T>(
  name: Name,
  message: () => Signals[Name],
  work: () => Promise<T>,
  outcome?: (result: T) => Partial<Signals[Name]>,
): Promise<T> {
  return channels[name].hasSubscribers ? publish(name, message(), work, outcome) : work()
}

async function publish<Name extends keyof Signals, T>(
  name: Name,
  message: Signals[Name],
  work: () => Promise<T>,
  outcome?: (result: T) => Partial<Signals[Name]>,
): Promise<T> {
  const told: SignalOutcome = message
  let settled: { readonly result: T } | { readonly error: unknown } | undefined
  // What it is run in may be bound to the start: so that spans have parents.
  const traced = async (): Promise<void> => {
    const start = performance.now()
    try {
      const result = await work()
      settled = { result }
      Object.assign(message, outcome?.(result))
      told.durationMs = performance.now() - start
    } catch (error) {
      settled = { error }
      told.durationMs = performance.now() - start
      told.code = MemoryError.from(error, name).code
      throw new MemoryError(told.code, `agentmem: ${name} failed; the error of the call says why.`)
    }
  }
  await channels[name].tracePromise(traced, message).catch(() => undefined)
  if (settled === undefined) return work()
  if ('error' in settled) throw settled.error
  return settled.result
}

/** How many a call answers with, where that is a list or a list of lists; without those that are not there. */
export function listed(result: unknown): { readonly results?: number } {
  if (!Array.isArray(result)) return {}
  const sizeOf = (entry: unknown): number =>
    Array.isArray(entry) ? entry.length : entry === undefined ? 0 : 1
  return { results: result.reduce<number>((size, entry) => size + sizeOf(entry), 0) }
}

/** Characters of some texts, in UTF-16 units. */
export function lengthOf(texts: readonly string[]): number {
  return texts.reduce((length, text) => length + text.length, 0)
}
