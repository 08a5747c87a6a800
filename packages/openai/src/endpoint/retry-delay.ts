export interface RetryLimits {
  readonly retryDelayMs: number
  readonly maxRetryDelayMs: number
}

/**
 * Milliseconds to wait after try number `attempt` (from 0) has failed: a random share of a bound that doubles with
 * each try ("full jitter", https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). It
 * comes on top of what a Retry-After header asks for, so that clients told the same time do not return
 * together; only then can the result be above `maxRetryDelayMs`.
 */
export function retryDelay(
  attempt: number,
  retryAfter: string | null,
  { retryDelayMs, maxRetryDelayMs }: RetryLimits,
  now: number = Date.now(),
  random: number = Math.random(),
): number {
  const asked = readRetryAfter(retryAfter, now)
  return asked + random * Math.min(maxRetryDelayMs, retryDelayMs * 2 ** attempt)
}

/** Milliseconds that a Retry-After header asks to wait, as seconds or as an HTTP date; 0 when it says neither. */
export function readRetryAfter(header: string | null, now: number = Date.now()): number {
  if (header === null) return 0
  const text = header.trim()
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  // Date.parse takes nearly anything for a date; those of HTTP begin with the name of a day.
  const time = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : NaN
  return Number.isNaN(time) ? 0 : Math.max(0, time - now)
}
