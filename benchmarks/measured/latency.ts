import { percentile } from './statistics.ts'

/** Fewer samples say nothing of the slowest in a hundred. */
const samplesForP99 = 1_000
/** Buckets for each doubling, so that a bucket is about 9% wide. */
const bucketsPerDoubling = 8

/** What single calls took, in milliseconds. */
export interface Latency {
  readonly n: number
  readonly p50: number
  readonly p95: number
  /** Null from fewer than 1,000 samples. */
  readonly p99: number | null
  readonly max: number
  /** The upper end of each bucket that is not empty, in milliseconds, and how many calls fell into it. */
  readonly histogram: readonly (readonly [upTo: number, calls: number])[]
}

/** Undefined without samples. */
export function summarizeLatency(samples: readonly number[]): Latency | undefined {
  if (samples.length === 0) return undefined
  return {
    n: samples.length,
    p50: percentile(samples, 0.5),
    p95: percentile(samples, 0.95),
    p99: samples.length >= samplesForP99 ? percentile(samples, 0.99) : null,
    max: percentile(samples, 1),
    histogram: histogramOf(samples),
  }
}

function histogramOf(samples: readonly number[]): [number, number][] {
  const counts = new Map<number, number>()
  for (const sample of samples) {
    const bucket = Math.ceil(Math.log2(Math.max(sample, 1e-3)) * bucketsPerDoubling)
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([bucket, calls]) => [Number((2 ** (bucket / bucketsPerDoubling)).toPrecision(4)), calls])
}
