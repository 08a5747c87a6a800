import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { GraphBuilder } from '../dist/graph-builder.js'

it(
  'a builder is stopped at any moment, also while its thread ends by itself',
  { timeout: 60_000 },
  async () => {
    for (let moment = 0; moment < 60; moment++) {
      const builder = new GraphBuilder()
      const file = '/no/such/folder/graph'
      const built = builder
        .build({ fd: -1, rows: 1, crc32: 0, dimensions: 8, file, threads: 1 })
        .catch((error: unknown) => error)
      await setTimeout(moment * 2)
      await builder.stop()
      // Either it was stopped in time, or it had failed for want of a file.
      const outcome = (await built) as { code?: string } | undefined
      expect([undefined, 'BACKEND', 'CLOSED']).toContain(outcome?.code)
      expect(
        await builder.build({ fd: -1, rows: 1, crc32: 0, dimensions: 8, file, threads: 1 }),
      ).toBeUndefined()
    }
  },
)
