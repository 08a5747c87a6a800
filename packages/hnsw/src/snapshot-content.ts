import { packScopes, packVectors, vectorAt } from '@agentmem/core/adapter'
import type { Scope } from '@agentmem/core/adapter'
import type { GraphedVectors } from './graphed-vectors.ts'

/** Ids, scopes and labels of some vectors in a row: one line of JSON. */
interface EntriesLine {
  readonly ids: readonly string[]
  readonly scopes: readonly Scope[]
  /** For each id the position of its scope. */
  readonly scopeOf: readonly number[]
  /** For each id its label in the graph, null while there is no graph. */
  readonly labels: readonly (number | null)[]
}

/** Vectors encoded at a time, so that searches run in between. */
const chunkLength = 512

/** The vectors in the order of their ids, their numbers as they lie in memory. */
export function* encodeVectors({ vectors }: GraphedVectors): Generator<Uint8Array> {
  for (const ids of chunksOf(vectors.ids())) {
    const chunk = ids.flatMap(id => vectors.get(id) ?? [])
    yield new Uint8Array(packVectors(chunk, vectors.dimensions).buffer)
  }
}

/** Ids, scopes and labels in the same order. */
export function* encodeEntries({ vectors, graph }: GraphedVectors): Generator<Uint8Array> {
  for (const ids of chunksOf(vectors.ids())) {
    const { scopes, scopeOf } = packScopes(ids.flatMap(id => vectors.scopeOf(id) ?? []))
    const labels = ids.map(id => graph?.labelOf(id) ?? null)
    const line: EntriesLine = { ids, scopes, scopeOf: [...scopeOf], labels }
    yield Buffer.from(`${JSON.stringify(line)}\n`)
  }
}

/** An entry read back, still without its vector. */
export interface DecodedEntry {
  readonly id: string
  readonly scope: Scope
  readonly label: number | null
}

/** The entries in their order. Throws when an entry has no scope, or a line is not JSON. */
export function* decodeEntries(text: string): Generator<DecodedEntry> {
  for (const json of text.split('\n')) {
    if (json === '') continue
    const line = JSON.parse(json) as EntriesLine
    for (const [i, id] of line.ids.entries()) {
      const scope = line.scopes[line.scopeOf[i] ?? 0]
      if (!scope) throw new Error(`the entry of ${id} has no scope`)
      yield { id, scope, label: line.labels[i] ?? null }
    }
  }
}

/** Puts vectors, encoded by `encodeVectors`, into the index, each with the next entry. */
export function decodeVectors(
  index: GraphedVectors,
  bytes: Uint8Array<ArrayBuffer>,
  entries: Iterator<DecodedEntry>,
  labels: Map<string, number>,
): void {
  const { dimensions } = index.vectors
  const packed = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
  for (let i = 0; i < packed.length / dimensions; i++) {
    const { done, value } = entries.next()
    if (done) throw new Error('there are more vectors than entries')
    index.vectors.set({ id: value.id, scope: value.scope, vector: vectorAt(packed, i, dimensions) })
    if (value.label !== null) labels.set(value.id, value.label)
  }
}

function* chunksOf(ids: Iterable<string>): Generator<string[]> {
  let chunk: string[] = []
  for (const id of ids) {
    if (chunk.push(id) < chunkLength) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}
