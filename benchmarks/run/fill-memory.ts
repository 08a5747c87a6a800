import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Memory } from '@agentmem/core'

import type { ShapedMemory } from '../retrieval/shapes.ts'

/** Stores memories, each with its place in the list. */
export async function fillMemory(memory: Memory, memories: readonly ShapedMemory[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-recall-'))
  try {
    const file = join(folder, 'memories.jsonl')
    const lines = memories.map(({ turn }, place) => JSON.stringify({ ...turn, metadata: { place } }))
    await writeFile(file, `${lines.join('\n')}\n`)
    await memory.importFrom(file)
    await memory.optimize()
  } finally {
    await rm(folder, { recursive: true })
  }
}

const messagesOfBatch = 500

/** Stores memories as messages, and what the extractor of the memory makes of them. */
export async function fillWithFacts(memory: Memory, memories: readonly ShapedMemory[]): Promise<void> {
  for (let first = 0; first < memories.length; first += messagesOfBatch) {
    const batch = memories.slice(first, first + messagesOfBatch).map(({ turn }, i) => ({
      ...turn,
      id: idOf(first + i),
      metadata: { place: first + i },
    }))
    const { failed } = await memory.addBatch(batch, { infer: true })
    if (failed[0]) throw failed[0].error
  }
  await memory.optimize()
}

function idOf(place: number): string {
  return `turn-${place}`
}

/** Where a memory stands in the list: a fact where the first message does that says it. */
export function placeOf({
  metadata,
  derivation,
}: {
  readonly metadata: Readonly<Record<string, unknown>>
  readonly derivation: { readonly sources: readonly string[] } | null
}): number {
  return Number(derivation ? derivation.sources[0]?.slice(idOf(0).length - 1) : metadata['place'])
}

/** The places, each once: what finds one again finds nothing. */
export function onceEach(places: readonly number[]): number[] {
  const seen = new Set<number>()
  return places.map(place => {
    if (seen.has(place)) return -1
    seen.add(place)
    return place
  })
}
