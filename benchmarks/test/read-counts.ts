import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { BackendManifest } from '../opening/read-manifests.ts'

const calls = [
  'addBatch100',
  'addBatch1000',
  'search',
  'updateBatch100',
  'deleteBatch100',
  'deleteAll',
] as const

/** What one call may send at most. A prepared statement may take a round trip more. */
export interface Count {
  readonly statements: number
  readonly roundTrips: number
}

export type Counts = Readonly<Record<(typeof calls)[number], Count>>

/**
 * The counts that the package of a Store keeps in `test/counts.json`. Who lowers a count in the Store lowers it
 * there as well. Throws where the file is missing or not whole, and says what to add.
 */
export function readCounts({
  folder,
  package: packageName,
}: Pick<BackendManifest, 'folder' | 'package'>): Counts {
  const file = join(folder, 'test/counts.json')
  const counts: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  if (isWhole(counts)) return counts
  const zero: Count = { statements: 0, roundTrips: 0 }
  const template = JSON.stringify(Object.fromEntries(calls.map(call => [call, zero])))
  throw new Error(
    `${packageName} needs test/counts.json: the most statements and round trips that a memory on it sends for each call, like ${template}. With zeros, these tests say what was sent.`,
  )
}

function isWhole(given: unknown): given is Counts {
  const counts = Object(given) as Partial<Record<string, Partial<Count>>>
  const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0
  return (
    Object.keys(counts).length === calls.length &&
    calls.every(call => isCount(counts[call]?.statements) && isCount(counts[call]?.roundTrips))
  )
}
