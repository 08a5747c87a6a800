import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { freshFolder, killCases, registerCases, runCase, writeBatches } from '@agentmem/conformance'
import type { Harness, KilledMemory } from '@agentmem/conformance'
import { describe, expect, it } from 'vitest'
import { openParts } from './open-parts.ts'
import type { Mode } from './open-parts.ts'

const batchSize = 40
const module = import.meta.resolve('./open-parts.ts')

type Start = (first: number, options: { folder: string; mode: Mode }) => ChildProcess

const start: Start = (first, options) => {
  const follower = { flushSize: 100, flushAfterMs: 5 }
  return writeBatches({ module, open: 'openParts', options, first, batchSize, follower })
}

const startHastily: Start = (first, { folder }) => {
  const flags = ['--experimental-strip-types', '--no-warnings']
  const script = join(import.meta.dirname, 'write-hastily.ts')
  return spawn(process.execPath, [...flags, script, folder, String(first), String(batchSize)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** A kill comes after one of the first `afterAtMost` batches; 0: at any moment after the opening. */
function harness(mode: Mode, startWriter = start, afterAtMost = 4): Harness<KilledMemory> {
  return async () => {
    const folder = await freshFolder()
    const options = { folder: folder.path, mode }
    return {
      part: {
        start: first => startWriter(first, options),
        open: () => openParts(options),
        batchSize,
        withinMs: 400,
        afterAtMost,
      },
      teardown: folder.remove,
    }
  }
}

describe.each(['own file', "the Store's file", 'transactions'] as const)('%s', mode => {
  registerCases(describe, it, killCases(), harness(mode), 900_000)
})

it('a writer that acknowledges before it has written is found out', async () => {
  for (const given of killCases(3)) {
    const outcome = runCase(given, harness("the Store's file", startHastily, 0))
    await expect(outcome).rejects.toThrow(/acknowledged/)
  }
}, 60_000)
