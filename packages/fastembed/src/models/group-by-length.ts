/** The positions of texts in groups of one token count and at most `size` texts, the longest texts first. */
export function groupByLength(lengths: readonly number[], size: number): number[][] {
  const positionsOf = new Map<number, number[]>()
  for (const [position, length] of lengths.entries()) {
    const positions = positionsOf.get(length)
    if (positions) positions.push(position)
    else positionsOf.set(length, [position])
  }
  // The longest need the most memory: what the runtime takes for them serves the others as well.
  const groups = [...positionsOf].sort(([a], [b]) => b - a).map(([, positions]) => positions)
  return groups.flatMap(positions =>
    Array.from({ length: Math.ceil(positions.length / size) }, (_, i) =>
      positions.slice(i * size, (i + 1) * size),
    ),
  )
}
