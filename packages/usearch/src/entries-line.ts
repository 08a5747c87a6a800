import { packScopes } from '@agentmem/core/adapter'
import type { Scope } from '@agentmem/core/adapter'

/** Ids and scopes of some rows: one line of JSON. */
interface EntriesLine {
  readonly ids: readonly string[]
  readonly scopes: readonly Scope[]
  /** For each id the position of its scope. */
  readonly scopeOf: readonly number[]
}

export function entriesLine(ids: readonly string[], all: readonly Scope[]): Uint8Array {
  const { scopes, scopeOf } = packScopes(all)
  const line: EntriesLine = { ids, scopes, scopeOf: [...scopeOf] }
  return Buffer.from(`${JSON.stringify(line)}\n`)
}

/** The entries in the order of their rows. Throws when an entry has no scope, or a line is not JSON. */
export function* decodeEntries(bytes: Uint8Array): Generator<{ readonly id: string; readonly scope: Scope }> {
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(10, start)
    const end = found === -1 ? bytes.length : found
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString()
    const line = JSON.parse(text) as EntriesLine
    for (const [i, id] of line.ids.entries()) {
      const scope = line.scopes[line.scopeOf[i] ?? 0]
      if (!scope) throw new Error(`the entry of ${id} has no scope`)
      yield { id, scope }
    }
    start = end + 1
  }
}
