/** Neighbouring texts of a call that go into one request. */
export interface TextBatch {
  /** The index in the call of the first text. */
  readonly start: number
  readonly texts: readonly string[]
}

export interface BatchLimits {
  readonly maxTextsPerRequest: number
  readonly maxTokensPerRequest: number
  readonly countTokens: (text: string) => number
}

/** Cuts a call into requests, each as full as its limits allow; a text above the limit of tokens goes alone. */
export function batchTexts(texts: readonly string[], limits: BatchLimits): TextBatch[] {
  const { maxTextsPerRequest, maxTokensPerRequest, countTokens } = limits
  const batches: TextBatch[] = []
  let start = 0
  let tokens = 0
  const cutBefore = (end: number): void => {
    if (end > start) batches.push({ start, texts: texts.slice(start, end) })
    start = end
    tokens = 0
  }
  for (const [i, text] of texts.entries()) {
    const more = countTokens(text)
    if (i - start === maxTextsPerRequest || tokens + more > maxTokensPerRequest) cutBefore(i)
    tokens += more
  }
  cutBefore(texts.length)
  return batches
}

/** The two halves of a batch, each in its place. */
export function halves({ start, texts }: TextBatch): [TextBatch, TextBatch] {
  const middle = texts.length >> 1
  return [
    { start, texts: texts.slice(0, middle) },
    { start: start + middle, texts: texts.slice(middle) },
  ]
}
