/** What one part has of a score. */
export interface Share {
  readonly percent: number
  readonly said: string
}

const share = /^(\d+)% of the score: (.*)$/s

/** The explanation of a search, told apart: the shares, and whatever else it says. */
export function sharesOf(explanation: readonly string[]): {
  readonly shares: readonly Share[]
  readonly remarks: readonly string[]
} {
  const shares = explanation.flatMap(line => {
    const [, percent, said] = share.exec(line) ?? []
    return said === undefined ? [] : [{ percent: Number(percent), said }]
  })
  return { shares, remarks: explanation.filter(line => !share.test(line)) }
}
