import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

import { median } from '../measured/statistics.ts'

/** How long this disk takes to make 4 kB durable, in milliseconds: the median of 50. What a transaction costs at least. */
export function diskSyncTime(folder: string): number {
  const path = join(folder, 'sync-probe')
  const file = openSync(path, 'w')
  const page = Buffer.alloc(4_096, 1)
  const times: number[] = []
  for (let i = 0; i < 50; i++) {
    const start = performance.now()
    writeSync(file, page)
    fdatasyncSync(file)
    times.push(performance.now() - start)
  }
  closeSync(file)
  rmSync(path)
  return median(times)
}
