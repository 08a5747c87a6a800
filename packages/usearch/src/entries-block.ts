import { packScopes } from '@agentmem/core/adapter'
import type { Scope } from '@agentmem/core/adapter'

/** Rows, bytes of ids, bytes of scopes: 4 bytes each. */
const headBytes = 12
/** The length of the id, and which of the scopes is its own. */
const rowBytes = 8

/** A row, with its id as UTF-8 in a buffer of many. */
export interface Entry {
  readonly bytes: Buffer
  readonly start: number
  readonly length: number
  readonly scope: Scope
}

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

/** The entries in the order of their rows. Throws when a block is cut, or an entry has no scope. */
export function* decodeEntries(content: Uint8Array<ArrayBuffer>): Generator<Entry> {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  for (let block = 0; block < bytes.length;) {
    const rows = bytes.readUInt32LE(block)
    const ids = block + headBytes + rowBytes * rows
    const scopesStart = ids + bytes.readUInt32LE(block + 4)
    const end = scopesStart + bytes.readUInt32LE(block + 8)
    if (end > bytes.length) throw new Error('the last entries are cut')
    const scopes = JSON.parse(bytes.toString('utf8', scopesStart, end)) as Scope[]
    let start = ids
    for (let at = block + headBytes; at < ids; at += rowBytes) {
      const length = bytes.readUInt32LE(at)
      const scope = scopes[bytes.readUInt32LE(at + 4)]
      if (!scope) throw new Error('an entry has no scope')
      yield { bytes, start, length, scope }
      start += length
    }
    block = end
  }
}
