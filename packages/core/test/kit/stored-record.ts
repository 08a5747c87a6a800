import { createHash } from 'node:crypto'

import type { StoredRecord } from '../../src/contracts/record.ts'

/** A record with an id and a vector, and a value for everything else. */
export function storedRecord(
  id: string,
  vector: Float32Array,
  fields: Partial<StoredRecord> = {},
): StoredRecord & { readonly vector: Float32Array } {
  const content = fields.content ?? `content of ${id}`
  return {
    id,
    orgId: 'default',
    userId: 'alice',
    agentId: null,
    runId: null,
    content,
    hash: createHash('sha256').update(content).digest('hex'),
    metadata: {},
    type: 'episodic',
    level: 'normal',
    importance: 0.5,
    accessCount: 0,
    lastAccessedAt: null,
    createdAt: 1,
    updatedAt: 1,
    place: 0,
    indexed: true,
    expiresAt: null,
    version: 1,
    createdBy: null,
    updatedBy: null,
    actorId: null,
    role: null,
    validFrom: null,
    validTo: null,
    supersededBy: null,
    origin: 'caller',
    derivation: null,
    deletedAt: null,
    dedupeKey: null,
    ...fields,
    vector,
  }
}
