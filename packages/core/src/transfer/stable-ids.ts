import { hash } from 'node:crypto'

import { uuidOf } from '../contracts/mint-id.ts'
import { storedId } from '../contracts/stored-id.ts'
import type { ParsedInput } from '../write/parse-input.ts'

/** Gives memories of a file ids, as they are stored, that are the same whenever the file is read. */
export class StableIds {
  /** How often each memory was read before. */
  readonly #seen = new Map<string, number>()

  /**
   * A UUIDv7 with the memory's time, whose other bits are a hash of the memory and of how often it was read before.
   */
  ofContent(input: ParsedInput): string {
    const { scope, content, metadata, type, level, importance, createdAt, expiresAt, actorId, role } = input
    const said = [scope, content, metadata, type, level, importance, createdAt, expiresAt, actorId, role]
    const name = hash('sha256', JSON.stringify(said), 'base64')
    const before = this.#seen.get(name) ?? 0
    this.#seen.set(name, before + 1)
    return storedId(scope.orgId, idOf(createdAt, `${name} ${before}`))
  }

  /** The same for a memory that has a name in its source: of the name, and of whom it is. `createdAt`: its own time. */
  ofKey({ scope }: ParsedInput, key: readonly string[], createdAt: number | undefined): string {
    const { orgId, userId = null, agentId = null, runId = null } = scope
    return storedId(orgId, idOf(createdAt, JSON.stringify([[orgId, userId, agentId, runId], key])))
  }
}

function idOf(createdAt: number | undefined, name: string): string {
  return uuidOf(Math.max(0, createdAt ?? 0), hash('sha256', name, 'buffer'))
}
