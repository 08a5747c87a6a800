import { readFileSync } from 'node:fs'

import { mean } from '../measured/statistics.ts'

export const depths = [1, 5, 10, 20] as const
export const deepest = 20

/** A turn of a conversation. */
export interface Turn {
  readonly content: string
  readonly userId: string
  readonly metadata: { readonly diaId: string }
}

export interface Question {
  readonly question: string
  readonly userId: string
  /** `metadata.diaId` of the memories that answer it. */
  readonly evidence: readonly string[]
}

/** One JSON value a line. */
export function readLines<T>(file: string): T[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.flatMap((line, i) => {
    if (line.trim() === '') return []
    try {
      return [JSON.parse(line) as T]
    } catch (cause) {
      throw new Error(`${file}, line ${i + 1} is no JSON: ${(cause as Error).message}`, { cause })
    }
  })
}

/** At each depth, the mean over all questions of the share of their evidence that stands among the first hits. */
export function recallAtDepths(
  questions: readonly Question[],
  found: readonly (readonly string[])[],
): number[] {
  return depths.map(depth =>
    mean(
      questions.map(({ evidence }, i) => {
        const hits = new Set(found[i]?.slice(0, depth))
        return evidence.filter(id => hits.has(id)).length / evidence.length
      }),
    ),
  )
}
