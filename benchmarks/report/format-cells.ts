import { formatNumber } from '../measured/format-number.ts'
import type { Latency } from '../measured/latency.ts'
import type { Estimate } from '../measured/statistics.ts'

export const dash = '–'

export function number(value: number | null | undefined): string {
  return value === undefined || value === null || !Number.isFinite(value) ? dash : formatNumber(value)
}

/** A whole number. */
export function count(value: number | undefined): string {
  return value === undefined ? dash : value.toLocaleString('en-US')
}

/** The median with its interval: '12,345 (11,900 to 12,600)'. */
export function estimate(value: Estimate | undefined): string {
  if (!value) return dash
  const { median, low, high, n } = value
  return n < 2 || low === high ? number(median) : `${number(median)} (${number(low)} to ${number(high)})`
}

export function times(value: number | undefined): string {
  return value === undefined ? dash : `${number(value)}×`
}

/** p50, p95, p99 and n as cells of a row. */
export function latencyCells(latency: Latency | undefined): string[] {
  return [
    number(latency?.p50),
    number(latency?.p95),
    number(latency?.p99),
    latency ? String(latency.n) : dash,
  ]
}

export const latencyHeadings = ['p50 ms', 'p95 ms', 'p99 ms', 'n']

/** Whether a cell stands to the right, under numbers: '12,345', '1.5×', '900/s', '5 (4 to 6)', or nothing measured. */
export function isNumber(cell: string): boolean {
  return /^([\d.,]+([×%]|\/s)?( \(.*\))?|–(\/s)?)$/.test(cell)
}

export function megabytes(bytes: number): string {
  return number(bytes / 2 ** 20)
}
