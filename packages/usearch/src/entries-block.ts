import { packScopes } from '@agentmem/core/adapter'
import type { Scope } from '@agentmem/core/adapter'

/** Rows, bytes of ids, bytes of scopes: 4 bytes each. */
const headBytes = 12
/** The length of the id, and which of the scopes is its own. */
const rowBytes = 8

/** Called with the id of a row, UTF-8 in a buffer of many, and what `scopeOf` made of its scope. */
export type PlaceEntry = (bytes: Buffer, start: number, length: number, scope: number) => void

/**
 * Ids and scopes of some rows, for the end of a file: a head, of each row a length and a scope, the ids as UTF-8, and each scope
 * once, as JSON. Numbers are little-endian.
 */
export function entriesBlock(ids: readonly string[], all: readonly Scope[]): Uint8Array {
  const { scopes, scopeOf } = packScopes(all)
  const idBytes = Buffer.from(ids.join(''))
  const scopeBytes = Buffer.from(JSON.stringify(scopes))
  const head = Buffer.alloc(headBytes + rowBytes * ids.length)
  head.writeUInt32LE(ids.length, 0)
  head.writeUInt32LE(idBytes.length, 4)
  head.writeUInt32LE(scopeBytes.length, 8)
  for (const [i, id] of ids.entries()) {
    head.writeUInt32LE(Buffer.byteLength(id), headBytes + rowBytes * i)
    head.writeUInt32LE(scopeOf[i] ?? 0, headBytes + rowBytes * i + 4)
  }
  return Buffer.concat([head, idBytes, scopeBytes])
}

/**
 * Calls `place` with the entries in the order of their rows, and `scopeOf` once for each scope of a block. Stops after each block.
 * Throws when a block is cut, or an entry has no scope.
 */
export function* readEntries(
  content: Uint8Array<ArrayBuffer>,
  scopeOf: (scope: Scope) => number,
  place: PlaceEntry,
): Generator<void> {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  for (let block = 0; block < bytes.length;) {
    const rows = bytes.readUInt32LE(block)
    const ids = block + headBytes + rowBytes * rows
    const scopesStart = ids + bytes.readUInt32LE(block + 4)
    const end = scopesStart + bytes.readUInt32LE(block + 8)
    if (end > bytes.length) throw new Error('the last entries are cut')
    const scopes = (JSON.parse(bytes.toString('utf8', scopesStart, end)) as Scope[]).map(scopeOf)
    let start = ids
    for (let at = block + headBytes; at < ids; at += rowBytes) {
      const length = bytes.readUInt32LE(at)
      const scope = scopes[bytes.readUInt32LE(at + 4)]
      if (scope === undefined) throw new Error('an entry has no scope')
      place(bytes, start, length, scope)
      start += length
    }
    yield
    block = end
  }
}
