import { embedderCases, indexCases, runCase, storeCases } from '@agentmem/conformance'
import type { Case, Harness } from '@agentmem/conformance'

import { embedders, indexes, stores } from '../opening/backends.ts'
import { makePlace } from '../opening/own-place.ts'
import type { Place } from '../opening/place.ts'

export type Part = 'store' | 'index' | 'embedder'

export interface BackendName {
  readonly part: Part
  readonly name: string
}

export interface ConformanceResult extends BackendName {
  readonly passed: number
  /** The first case that failed, and why; undefined when all passed. */
  readonly failure?: string | undefined
}

const dimensions = 32
/** A backend that is slow to open is held to as many groups as fit in this time, and to the first ones in any case. */
const enoughMs = 60_000
const leastGroups = 5

/**
 * Opens the backend, and runs the first case of each group of the conformance kit that applies: quick, and enough
 * to keep a backend that loses or mixes up data out of the figures. The whole kit runs in the tests of each package.
 * Rejects when the backend cannot be opened.
 */
export async function checkConformance(
  backend: BackendName,
  serverUrls: Place['urls'],
): Promise<ConformanceResult> {
  const { part, name } = backend
  if (part === 'store') return check(backend, storeCases, harnessOf(stores[name], serverUrls))
  if (part === 'index') return check(backend, indexCases, harnessOf(indexes[name], serverUrls))
  return check(backend, embedderCases, harnessOf(embedders[name], serverUrls))
}

interface OpenRow<Opened> {
  readonly server?: string
  readonly open: (place: Place, dimensions: number) => Promise<Opened>
}

function harnessOf<Opened extends { close(): Promise<void> }>(
  row: OpenRow<Opened> | undefined,
  serverUrls: Place['urls'],
): Harness<Opened> {
  if (!row) throw new Error('There is no such backend.')
  return async () => {
    const place = await makePlace(row.server === undefined ? [] : [row.server], serverUrls)
    const openAgain = (): Promise<Opened> => row.open(place, dimensions)
    const part = await openAgain()
    const teardown = async (): Promise<void> => {
      await part.close()
      await place.remove()
    }
    return { part, openAgain, teardown }
  }
}

async function check<Opened>(
  backend: BackendName,
  cases: readonly Case<Opened>[],
  harness: Harness<Opened>,
): Promise<ConformanceResult> {
  // What cannot be opened at all has failed no case: the error goes to the caller.
  await (await harness()).teardown()
  let passed = 0
  const start = performance.now()
  const groups = new Set<string>()
  for (const given of cases) {
    if (groups.has(given.group)) continue
    if (passed >= leastGroups && performance.now() - start > enoughMs) break
    try {
      if ((await runCase(given, harness)) !== undefined) continue
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return { ...backend, passed, failure: `${given.group}: ${given.name}: ${reason}` }
    }
    groups.add(given.group)
    passed++
  }
  return { ...backend, passed }
}
