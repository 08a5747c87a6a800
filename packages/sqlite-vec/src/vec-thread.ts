import { WorkerThread } from '@agentmem/core/adapter'
import type { VecFile, VecFileSettings } from './vec-file.ts'

type FileCall = 'apply' | 'search' | 'get' | 'cursor' | 'slot' | 'clear' | 'optimize' | 'stats' | 'close'

/** The calls that a thread answers: to open a file, then those of the file. */
export type VecCalls = {
  readonly [Op in FileCall]: { takes: Parameters<VecFile[Op]>[0]; gives: ReturnType<VecFile[Op]> }
} & { readonly open: { takes: VecFileSettings; gives: void } }

/** A thread with a connection of its own. */
export type VecThread = WorkerThread<VecCalls>

/** Starts a thread without a file. It loads its libraries while others do. */
export function startVecThread(): VecThread {
  return new WorkerThread(new URL('./vec-worker.js', import.meta.url), 'sqlite-vec index')
}
