import { join } from 'node:path'

import type { CellAnswer, CellTask } from './cell-process.ts'
import { spawnTask } from './spawn-task.ts'

const program = join(import.meta.dirname, 'cell-process.ts')

/** Runs a task in a fresh process of its own. Never rejects: what goes wrong is an answer with an error. */
export function spawnCell(task: CellTask, timeoutMs: number, signal?: AbortSignal): Promise<CellAnswer> {
  return spawnTask<CellAnswer>(program, task, timeoutMs, signal)
}
