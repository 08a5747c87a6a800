/** When a fact holds, in UTC milliseconds; an end that is not known is null. */
export interface When {
  readonly from: number | null
  readonly to: number | null
}

const iso =
  /^\d{4}(?:-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:?\d{2})?)?)?)?$/

/** Reads what an extractor says of a time. What is no ISO 8601, or ends before it begins, is as if it were not said. */
export function readWhen(value: unknown): When | undefined {
  const { from, to } = Object(value) as { from?: unknown; to?: unknown }
  const when = { from: timeOf(from), to: timeOf(to) }
  if (when.from === null && when.to === null) return undefined
  return when.from !== null && when.to !== null && when.from > when.to ? undefined : when
}

function timeOf(value: unknown): number | null {
  if (typeof value !== 'string' || !iso.test(value)) return null
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/.test(value) && value.length > 10
  const time = Date.parse(
    value.length > 10 && !hasZone ? `${value.replace(' ', 'T')}Z` : value.replace(' ', 'T'),
  )
  return Number.isNaN(time) ? null : time
}
