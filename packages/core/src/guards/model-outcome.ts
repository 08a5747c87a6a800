import type { MemoryError } from '../contracts/errors.ts'

/** True for an error that is not of one request of a batch, but of all. */
export function concernsAll({ code }: MemoryError): boolean {
  return code === 'ABORTED' || code === 'CLOSED'
}

/** True for tokens as an answer tells them. */
export function isUsage(usage: unknown): boolean {
  const { input, output, cached } = Object(usage) as Record<string, unknown>
  return isCount(input) && isCount(output) && (cached === undefined || isCount(cached))
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
