/** Runs work for every item, for `width` of them at a time at most. The answers stand in the order of the items. */
export async function sideBySide<Item, Answer>(
  width: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  const waiting = [...items.entries()].toReversed()
  const lane = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) answers[next[0]] = await work(next[1])
  }
  try {
    await Promise.all(Array.from({ length: width }, lane))
    return answers
  } finally {
    // After an error, nothing more is begun.
    waiting.length = 0
  }
}
