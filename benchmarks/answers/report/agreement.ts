/** How two judges did on the same answers. */
export interface Agreement {
  readonly n: number
  readonly bothCorrect: number
  readonly bothWrong: number
  readonly onlyFirst: number
  readonly onlySecond: number
  /** The share of answers on which they agree; NaN where n is 0. */
  readonly share: number
  /** 1 for full agreement, 0 for what chance gives; null where each of them says the same of all answers. */
  readonly kappa: number | null
}

/**
 * Of pairs of verdicts, whether an answer is correct: how often they agree, and how far beyond chance by Cohen's kappa ("A
 * Coefficient of Agreement for Nominal Scales", Educational and Psychological Measurement 20, 1960).
 */
export function agreementOf(pairs: readonly (readonly [first: boolean, second: boolean])[]): Agreement {
  const n = pairs.length
  const count = (first: boolean, second: boolean): number =>
    pairs.filter(([one, other]) => one === first && other === second).length
  const [bothCorrect, bothWrong] = [count(true, true), count(false, false)]
  const [onlyFirst, onlySecond] = [count(true, false), count(false, true)]
  const share = (bothCorrect + bothWrong) / n
  const [first, second] = [(bothCorrect + onlyFirst) / n, (bothCorrect + onlySecond) / n]
  const byChance = first * second + (1 - first) * (1 - second)
  const kappa = byChance < 1 ? (share - byChance) / (1 - byChance) : null
  return { n, bothCorrect, bothWrong, onlyFirst, onlySecond, share, kappa }
}
