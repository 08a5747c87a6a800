// One way of using one library, in a process of its own.

import { peerUses } from './all-peers.ts'
import { fillUntilKilled, recount } from './kill-jobs.ts'
import { measureSearch } from './measure-search.ts'
import { measureUse } from './measure-use.ts'
import type { PeerAnswer, PeerTask } from './peer-task.ts'

async function answer(task: PeerTask): Promise<PeerAnswer> {
  if (task.job === 'list') return { uses: peerUses.map(use => ({ ...use, open: undefined })) }
  const use = peerUses[task.use]
  if (!use) return { error: `There is no use ${task.use}.` }
  try {
    switch (task.job) {
      case 'add':
        return { samples: await measureUse(use, task.sizes, task.postgresUrl) }
      case 'search':
        return { searches: await measureSearch(use, task.sizes, task.postgresUrl) }
      case 'fill':
        return await fillUntilKilled(use, task.folder, acknowledged => process.send?.({ acknowledged }))
      case 'recount':
        return { found: await recount(use, task.folder, task.acknowledged) }
    }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

process.once('message', task => {
  void answer(task as PeerTask).then(said => process.send?.(said, () => process.exit(0)))
})
// Whoever waited for the answer is gone.
process.once('disconnect', () => process.exit(1))
