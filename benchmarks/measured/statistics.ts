import { Random } from '@agentmem/conformance'

/** The value below which a share of the samples lie, by the nearest rank. NaN without samples. */
export function percentile(samples: readonly number[], share: number): number {
  return percentileOfSorted(Float64Array.from(samples).sort(), share)
}

/** The middle one; of an even number the mean of the two in the middle. NaN without samples. */
export function median(samples: readonly number[]): number {
  const sorted = Float64Array.from(samples).sort()
  const middle = (sorted.length - 1) / 2
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]]
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2
}

export function mean(samples: readonly number[]): number {
  return samples.reduce((sum, value) => sum + value, 0) / samples.length
}

/** A median and the interval that holds it with a probability of 95%. */
export interface Estimate {
  readonly median: number
  readonly low: number
  readonly high: number
  /** Samples of all rounds. */
  readonly n: number
}

const resamples = 1_000
/** A round with more samples is represented by as many of its quantiles, which keeps resampling affordable. */
const samplesOfRound = 31

/**
 * The median of all samples, with a percentile bootstrap interval. Resampled are first the rounds, then the
 * samples within each: what differs from process to process would be lost in a pool of samples (Davison and
 * Hinkley, "Bootstrap Methods and their Application", 1997, section 3.8). The same seed gives the same interval.
 */
export function estimateMedian(rounds: readonly (readonly number[])[], seed: number): Estimate | undefined {
  const filled = rounds.filter(round => round.length > 0)
  if (filled.length === 0) return undefined
  const random = new Random(seed)
  const parts = filled.map(representatives)
  const medians = new Float64Array(resamples)
  for (let i = 0; i < resamples; i++) {
    const drawn: number[] = []
    for (let j = 0; j < parts.length; j++) {
      const part = random.pick(parts)
      for (let k = 0; k < part.length; k++) drawn.push(random.pick(part))
    }
    medians[i] = median(drawn)
  }
  medians.sort()
  const all = filled.flat()
  return {
    median: median(all),
    low: percentileOfSorted(medians, 0.025),
    high: percentileOfSorted(medians, 0.975),
    n: all.length,
  }
}

/** Which of two is higher; a tie when their intervals overlap. */
export function compareEstimates(
  a: Pick<Estimate, 'low' | 'high'>,
  b: Pick<Estimate, 'low' | 'high'>,
): 'higher' | 'lower' | 'tie' {
  if (a.low > b.high) return 'higher'
  return a.high < b.low ? 'lower' : 'tie'
}

function representatives(samples: readonly number[]): readonly number[] {
  if (samples.length <= samplesOfRound) return samples
  const sorted = Float64Array.from(samples).sort()
  return Array.from({ length: samplesOfRound }, (_, i) =>
    percentileOfSorted(sorted, (i + 0.5) / samplesOfRound),
  )
}

function percentileOfSorted(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
