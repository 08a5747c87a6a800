import { readFileSync } from 'node:fs'

/** A turn of a conversation. Further fields, such as `actorId`, are stored with it. */
export interface Turn {
  readonly content: string
  readonly userId: string
  /** The conversation, or the session of it, that the turn is of. */
  readonly runId?: string
  readonly createdAt?: string
  readonly actorId?: string
  /** `diaId` names the turn among those of its user. */
  readonly metadata: { readonly diaId: string }
}

export interface Question {
  readonly question: string
  readonly userId: string
  /** `metadata.diaId` of the turns that answer it. */
  readonly evidence: readonly string[]
  /** What kind of question it is; figures are given for each kind as well. */
  readonly category?: string | number
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
