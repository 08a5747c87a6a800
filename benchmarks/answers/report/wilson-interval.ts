/** How many of how many, as a share, with the interval that holds the true share with a probability of 95%. */
export interface Share {
  readonly right: number
  readonly n: number
  readonly share: number
  readonly low: number
  readonly high: number
}

/** The 97.5th percentile of the standard normal distribution. */
const z = 1.959_963_984_540_054

/**
 * The score interval of Wilson ("Probable Inference, the Law of Succession, and Statistical Inference", Journal of the American
 * Statistical Association 22, 1927): it stays within 0 and 1, and is right for few questions and for shares near its ends. It
 * takes the questions for independent of each other. NaN where n is 0.
 */
export function wilsonInterval(right: number, n: number): Share {
  const share = right / n
  const center = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n)
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2))
  return { right, n, share, low: Math.max(0, center - half), high: Math.min(1, center + half) }
}
