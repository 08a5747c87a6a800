import { freshFolder } from '../environment/fresh-folder.ts'
import type { Harness } from '../kit/case.ts'
import type { BatchWriting } from './batch-writing.ts'
import type { KilledMemory } from './kill-cases.ts'
import type { LeftMemory } from './left-memory.ts'
import { writeBatches } from './write-batches.ts'

/** How a memory in a folder is opened, by this process and by those that are killed, and what they write. */
export interface FolderKills<Options extends object>
  extends Omit<BatchWriting, 'first' | 'options'>, Omit<KilledMemory, 'start' | 'open'> {
  /** The function that `open` names. */
  readonly openParts: (options: Options) => Promise<LeftMemory>
  /** Its options for a memory in this folder, which is empty. */
  readonly optionsIn: (folder: string) => Options
}

/** The harness of `killCases` for a memory in a folder: each case gets an empty one. */
export function killsInFolder<Options extends object>(given: FolderKills<Options>): Harness<KilledMemory> {
  const { openParts, optionsIn, withinMs, afterAtMost, ...writing } = given
  return async () => {
    const folder = await freshFolder()
    const options = optionsIn(folder.path)
    return {
      part: {
        start: first => writeBatches({ ...writing, options, first }),
        open: () => openParts(options),
        batchSize: writing.batchSize,
        withinMs,
        ...(afterAtMost !== undefined && { afterAtMost }),
      },
      teardown: folder.remove,
    }
  }
}
