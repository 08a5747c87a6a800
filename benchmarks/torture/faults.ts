import { Random } from '@agentmem/conformance'
import { NoServer } from '@agentmem/testcontainers'
import type { Fault, Torture } from './fault.ts'
import { killNode } from './faults/cluster.ts'
import { cutConnections } from './faults/cuts.ts'
import { damageIndex } from './faults/damaged-snapshot.ts'
import { misleadEmbedder } from './faults/embedders.ts'
import { exitUnderLoad } from './faults/exits.ts'
import { promoteStandby } from './faults/failover.ts'
import { fillDisk } from './faults/full-disk.ts'
import { faultEveryStep } from './faults/every-step.ts'
import { feedHostile } from './faults/hostile.ts'
import { killInferring } from './faults/infer.ts'
import { killPair } from './faults/kills.ts'
import { behindPooler } from './faults/pooler.ts'
import { crowd, sharedPairs } from './faults/processes.ts'
import { killServer } from './faults/server-death.ts'
import { mixTenants } from './faults/tenants.ts'
import { targets } from './every-step/targets.ts'
import { allPairs, shortPairs } from './pairs.ts'

const everyStore = shortPairs.map(({ store }) => store)

/** Work that mostly waits, on all of these at once, each with random numbers of its own, so that it can be repeated. */
async function atOnce<Of>(
  torture: Torture,
  all: readonly Of[],
  work: (torture: Torture, of: Of) => Promise<void>,
): Promise<void> {
  await Promise.all(
    all.map(of => work({ ...torture, random: new Random(torture.random.below(2 ** 31)) }, of)),
  )
}

/** Every fault, by the name that `--faults` takes. `scale` is 1 in the tests, and more in the long run. */
export const faults: Readonly<Record<string, Fault>> = {
  // Each Store once and each index once; in the long run every pair.
  kills: async torture => {
    const pairs = torture.scale === 1 ? shortPairs : allPairs
    const each = torture.scale === 1 ? 10 : Math.ceil((200 * torture.scale) / 20 / pairs.length)
    for (const pair of pairs) await killPair(torture, pair, each)
  },
  // The next process waits until the lease of the dead one has run out: most of the time nothing is done.
  infer: torture => atOnce(torture, everyStore, (one, store) => killInferring(one, store, 4 * torture.scale)),
  processes: async torture => {
    for (let round = 0; round < torture.scale; round++)
      for (const pair of sharedPairs) await crowd(torture, pair)
  },
  servers: async torture => {
    for (const store of ['postgres', 'mysql'] as const) await killServer(torture, store, 2 * torture.scale)
  },
  cuts: async torture => {
    for (const store of ['postgres', 'mysql'] as const)
      await cutConnections(torture, store, 60 * torture.scale)
  },
  // Some of all faults at all messages; in the long run each of them.
  steps: async torture => {
    const most = torture.scale === 1 ? 2 : torture.scale < 20 ? 2 * torture.scale : Infinity
    const one = async (each: Torture, name: string): Promise<void> => {
      try {
        await faultEveryStep(each, name, most)
      } catch (error) {
        if (!(error instanceof NoServer)) throw error
        console.error(`Skipped: every step of ${name}: ${error.message}`)
      }
    }
    // What is done takes its time in waiting: for the limit of a statement, and between two attempts.
    await atOnce(torture, Object.keys(targets), one)
  },
  disk: async torture => {
    for (let round = 0; round < torture.scale; round++)
      for (const index of ['hnsw', 'usearch']) await fillDisk(torture, { store: 'sqlite', index })
  },
  snapshots: async torture => {
    for (const index of ['hnsw', 'usearch'] as const) await damageIndex(torture, index, 4 * torture.scale)
  },
  tenants: async torture => {
    for (const store of everyStore) await mixTenants(torture, store, 80 * torture.scale)
  },
  hostile: async torture => {
    for (const store of everyStore) await feedHostile(torture, store, torture.scale === 1 ? 0.5 : 1)
  },
  embedders: torture => misleadEmbedder(torture, torture.scale),
  exits: async torture => {
    for (const index of ['hnsw', 'usearch']) await exitUnderLoad(torture, index, 3 * torture.scale)
  },
  failover: torture => promoteStandby(torture),
  pooler: torture => behindPooler(torture),
  cluster: torture => killNode(torture, 8 * torture.scale),
}
