import type { Memory } from '@agentmem/core'
import { contentHash } from '@agentmem/core/adapter'

import { UsageError } from '../../run/command-options.ts'
import type { Ingested } from '../kept/run-files.ts'
import { memoryOf } from '../modes.ts'
import { conversationOf } from './answer-run.ts'
import type { AnswerRun } from './answer-run.ts'
import { openMemory } from './open-memory.ts'

const messagesOfBatch = 500

/** The id of a memory that holds a turn, by its place in the data. */
export function idOfTurn(place: number): string {
  return `turn-${place}`
}

/** The places of the turns that these ids are of. */
export function turnsOfIds(ids: readonly string[]): number[] {
  return ids.flatMap(id => /^turn-(\d+)$/.exec(id)?.[1] ?? []).map(Number)
}

/** What a user's memories are made of: their turns, and whoever embeds them and makes facts of them. */
export function sourceOf(run: AnswerRun, memory: 'messages' | 'facts', userId: string): string {
  const { hash } = conversationOf(run, userId)
  const by = memory === 'facts' ? [run.embedder, run.memoryModel.model] : [run.embedder]
  return contentHash(JSON.stringify([...by, hash]))
}

/**
 * The first stage: remembers the turns of all users that questions are about, in each memory that a mode needs. A user whose
 * line says 'done' is left alone; one that was begun is gone on with: turns that are there already stay, and facts are made of
 * those that wait. Throws `UsageError` where the folder has memories of other turns or another model.
 */
export async function ingest(run: AnswerRun): Promise<void> {
  const users = [...run.conversations.keys()]
  const names = [...new Set(run.modes.flatMap(mode => memoryOf(mode) ?? []))]
  for (const name of names) {
    const left = users.filter(userId => !isDone(run, name, userId))
    if (left.length === 0) continue
    const memory = await openMemory(run, name)
    try {
      for (const [i, userId] of left.entries()) {
        await remember(run, memory, name, userId)
        run.onProgress(`ingest ${name}`, i + 1, left.length)
      }
      await memory.optimize()
    } finally {
      await memory.close()
    }
  }
}

function isDone(run: AnswerRun, memory: 'messages' | 'facts', userId: string): boolean {
  const line = run.files.ingest.get(keyOf(memory, userId))
  if (line && line.of !== sourceOf(run, memory, userId)) {
    throw new UsageError(
      `The folder ${run.files.folder} remembers other turns of '${userId}', or by another embedder or model of memories. Give another --out.`,
    )
  }
  return line?.state === 'done'
}

async function remember(
  run: AnswerRun,
  memory: Memory,
  name: 'messages' | 'facts',
  userId: string,
): Promise<void> {
  const { turns } = conversationOf(run, userId)
  const begun: Ingested = {
    key: keyOf(name, userId),
    of: sourceOf(run, name, userId),
    memory: name,
    userId,
    state: 'begun',
    messages: turns.length,
    facts: 0,
    failed: 0,
    dropped: 0,
    seconds: 0,
  }
  run.files.ingest.append(begun)
  const start = performance.now()
  for (let first = 0; first < turns.length; first += messagesOfBatch) {
    const batch = turns.slice(first, first + messagesOfBatch).map(({ turn, place }) => ({
      ...turn,
      id: idOfTurn(place),
    }))
    if (name === 'facts') await memory.addBatch(batch, { infer: true, wait: 'stored' })
    else await memory.addBatch(batch)
  }
  const made = name === 'facts' ? await makeFacts(memory, userId) : { facts: 0, failed: 0, dropped: 0 }
  const seconds = (performance.now() - start) / 1_000
  run.files.ingest.append({ ...begun, ...made, state: 'done', seconds })
}

/** Counts what a killed run has made as well. */
async function makeFacts(
  memory: Memory,
  userId: string,
): Promise<Pick<Ingested, 'facts' | 'failed' | 'dropped'>> {
  const { failed, dropped } = await memory.process({ userId })
  const waiting = failed.find(({ retryable }) => retryable)
  if (waiting) throw waiting.error
  const facts = await memory.count({ userId, where: { origin: 'model' } })
  return { facts, failed: failed.length, dropped: dropped.length }
}

function keyOf(memory: string, userId: string): string {
  return JSON.stringify([memory, userId])
}
