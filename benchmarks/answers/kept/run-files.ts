import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { claimFolder } from '@agentmem/core/adapter'

import type { AnswerMode } from '../modes.ts'
import { KeptLines } from './kept-lines.ts'
import type { Exchange, HeldExchange, Transcript } from './kept-model.ts'

/** What each line of a stage has. A line holds as long as `of`, a hash of all that it was made of, is the same. */
interface StageLine {
  readonly key: string
  readonly of: string
}

/** A user whose turns are remembered, or begin to be. */
export interface Ingested extends StageLine {
  readonly memory: 'messages' | 'facts'
  readonly userId: string
  readonly state: 'begun' | 'done'
  readonly messages: number
  /** Facts that were made of them; of messages that cannot be read by the model there are none. */
  readonly facts: number
  readonly failed: number
  readonly dropped: number
  readonly seconds: number
}

/** A memory as it is shown. */
export interface ShownMemory {
  readonly text: string
  /** UTC milliseconds. */
  readonly at: number | undefined
  readonly by: string | undefined
  /** The turns that say it, by their place in the data. */
  readonly turns: readonly number[]
}

/** What was found for a question. */
export interface Retrieved extends StageLine {
  readonly mode: AnswerMode
  readonly question: string
  readonly memories: readonly ShownMemory[]
  readonly ms: number
  /** Whether it was the first search of its user in a process: that one reads the texts. */
  readonly isFirst: boolean
}

/** How the model that answers ended. */
export type Ending =
  | 'answered'
  | 'refused'
  /** At the limit of tokens of an answer, or of the context. */
  | 'cut'
  /** Without the JSON that was asked for. */
  | 'unreadable'
  /** The endpoint does not take the request. */
  | 'rejected'

export interface Answered extends StageLine {
  readonly mode: AnswerMode
  readonly question: string
  readonly ending: Ending
  readonly answer: string
  /** Tokens of what it was shown, by o200k. */
  readonly contextTokens: number
  readonly usage: { readonly input: number; readonly output: number }
}

/** 'none': the judge gave none that can be read, also when it was asked again. */
export type Verdict = 'correct' | 'wrong' | 'none'

export interface Judged extends StageLine {
  readonly judge: string
  readonly mode: AnswerMode
  readonly question: string
  readonly verdict: Verdict
  readonly reason: string
}

/** The files of a run: one for each stage, and the transcript. */
export interface RunFiles {
  readonly folder: string
  readonly ingest: KeptLines<Ingested>
  readonly retrieve: KeptLines<Retrieved>
  readonly answer: KeptLines<Answered>
  readonly judge: KeptLines<Judged>
  readonly transcript: Transcript
  /** Lets go of the folder. */
  readonly release: () => Promise<void>
}

const whole = <Line>(line: Line): Line => line

/**
 * Opens the files of a folder, which is made when it is not there. Throws `UNAVAILABLE` where another run works in it: two would
 * pay for the same answers.
 */
export async function openRunFiles(folder: string): Promise<RunFiles> {
  mkdirSync(folder, { recursive: true })
  const claim = await claimFolder(folder, 'The folder of answers')
  try {
    const file = (stage: string): string => join(folder, `${stage}.ndjson`)
    return {
      folder,
      ingest: await KeptLines.open(file('ingest'), whole<Ingested>),
      retrieve: await KeptLines.open(file('retrieve'), whole<Retrieved>),
      answer: await KeptLines.open(file('answer'), whole<Answered>),
      judge: await KeptLines.open(file('judge'), whole<Judged>),
      transcript: await openTranscript(folder, true),
      release: () => claim.release(),
    }
  } catch (error) {
    await claim.release()
    throw error
  }
}

/** The transcript of a folder; `writes` false leaves it as it is. */
export function openTranscript(folder: string, writes: boolean): Promise<Transcript> {
  return KeptLines.open(
    join(folder, 'transcript.ndjson'),
    ({ key, stage, answer, estimated }: Exchange): HeldExchange => ({
      key,
      stage,
      answer,
      ...(estimated && { estimated }),
    }),
    writes,
  )
}
