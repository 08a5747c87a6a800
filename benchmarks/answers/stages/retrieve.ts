import type { FoundMemory, Memory } from '@agentmem/core'
import { contentHash } from '@agentmem/core/adapter'

import { Bm25 } from '../../retrieval/bm25.ts'
import type { Retrieved, ShownMemory } from '../kept/run-files.ts'
import { memoryOf } from '../modes.ts'
import type { AnswerMode } from '../modes.ts'
import type { AnswerQuestion } from '../question.ts'
import { conversationOf } from './answer-run.ts'
import type { AnswerRun, PlacedTurn } from './answer-run.ts'
import { sourceOf, turnsOfIds } from './ingest.ts'
import { openMemory } from './open-memory.ts'

type Retriever = (question: AnswerQuestion) => Promise<readonly ShownMemory[]> | readonly ShownMemory[]

/**
 * The second stage: what each mode finds for each question, one search after the other, timed. The modes without a memory and
 * with the whole conversation find nothing by themselves.
 */
export async function retrieve(run: AnswerRun): Promise<void> {
  for (const mode of run.modes.filter(one => one !== 'none' && one !== 'full')) {
    const left = run.questions.filter(question => !retrievedFor(run, mode, question))
    if (left.length === 0) continue
    const name = memoryOf(mode)
    if (name === undefined) {
      await ask(run, mode, left, bm25Of(run))
      continue
    }
    const memory = await openMemory(run, name)
    try {
      await ask(run, mode, left, question => search(run, memory, mode, question))
    } finally {
      await memory.close()
    }
  }
}

/** What was found for a question, if that was with the same settings. */
export function retrievedFor(
  run: AnswerRun,
  mode: AnswerMode,
  question: AnswerQuestion,
): Retrieved | undefined {
  const line = run.files.retrieve.get(keyOf(mode, question))
  return line?.of === madeOf(run, mode, question) ? line : undefined
}

/** When a question is asked: with the last turn of its user, where nothing else is known. */
export function askedAt(run: AnswerRun, { askedAt: known, userId }: AnswerQuestion): string | undefined {
  return known ?? conversationOf(run, userId).turns.at(-1)?.turn.createdAt
}

/** A turn as it is shown. */
export function shownTurn({ turn, place }: PlacedTurn): ShownMemory {
  const at = turn.createdAt === undefined ? undefined : Date.parse(turn.createdAt)
  return { text: turn.content, at, by: turn.actorId ?? turn.role, turns: [place] }
}

async function ask(
  run: AnswerRun,
  mode: AnswerMode,
  questions: readonly AnswerQuestion[],
  find: Retriever,
): Promise<void> {
  const users = new Set<string>()
  for (const [i, question] of questions.entries()) {
    const start = performance.now()
    const memories = await find(question)
    const ms = performance.now() - start
    const isFirst = !users.has(question.userId)
    users.add(question.userId)
    run.files.retrieve.append({
      key: keyOf(mode, question),
      of: madeOf(run, mode, question),
      mode,
      question: question.id,
      memories,
      ms,
      isFirst,
    })
    run.onProgress(`retrieve ${mode}`, i + 1, questions.length)
  }
}

async function search(
  run: AnswerRun,
  memory: Memory,
  mode: AnswerMode,
  question: AnswerQuestion,
): Promise<readonly ShownMemory[]> {
  const { results } = await memory.search(question.question, {
    userId: question.userId,
    topK: run.topK,
    now: askedAt(run, question),
    ...(mode !== 'facts' && { mode: mode as 'text' | 'vector' | 'hybrid' }),
  })
  return results.map(shownMemory)
}

function shownMemory({ id, memory, createdAt, actorId, role, derivation }: FoundMemory): ShownMemory {
  const turns = turnsOfIds(derivation ? derivation.sources : [id])
  return { text: memory, at: createdAt, by: actorId ?? role ?? undefined, turns }
}

function bm25Of(run: AnswerRun): Retriever {
  const indexes = new Map<string, Bm25>()
  return ({ userId, question }) => {
    const { turns } = conversationOf(run, userId)
    const index = indexes.get(userId) ?? new Bm25(turns.map(({ turn }) => turn.content))
    indexes.set(userId, index)
    return index.search(question, run.topK).flatMap(({ place }) => {
      const turn = turns[place]
      return turn ? [shownTurn(turn)] : []
    })
  }
}

function keyOf(mode: AnswerMode, { id }: AnswerQuestion): string {
  return JSON.stringify([mode, id])
}

function madeOf(run: AnswerRun, mode: AnswerMode, question: AnswerQuestion): string {
  const name = memoryOf(mode)
  const source = name ? sourceOf(run, name, question.userId) : conversationOf(run, question.userId).hash
  return contentHash(JSON.stringify([source, mode, run.topK, question.question, askedAt(run, question)]))
}
