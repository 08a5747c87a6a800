import { HashEmbedder, Memory } from '@agentmem/core'
import { ExactIndex } from '@agentmem/core'
import { openMysqlStore } from '@agentmem/mysql'
import { startGalera } from '@agentmem/testcontainers'
import type { Galera } from '@agentmem/testcontainers'
import { Busy } from '../busy.ts'
import type { Torture } from '../fault.ts'
import { Model } from '../model.ts'

/** A memory on each of three nodes of Galera, one of which is killed. */
export async function killNode(torture: Torture, steps: number): Promise<void> {
  const cluster = await startGalera()
  try {
    await workOnNodes(cluster, torture, steps)
  } finally {
    await cluster[Symbol.asyncDispose]()
  }
}

async function workOnNodes(cluster: Galera, { random, tally, say }: Torture, steps: number): Promise<void> {
  const models: Model[] = []
  const memories = await Promise.all(
    cluster.nodes.map(async ({ url }) => {
      const store = await openMysqlStore({ url })
      const embedder = new HashEmbedder({ dimensions: 64 })
      return Memory.open({ store, index: new ExactIndex(64), embedder })
    }),
  )
  const work = (numbers: readonly number[], generation: number): Promise<unknown> =>
    Promise.all(
      numbers.map(n => {
        const model = (models[n] ??= new Model())
        return new Busy(memories[n] as Memory, { random, model, tally, name: `g${n}`, generation }).run(steps)
      }),
    )
  await work([0, 1, 2], 0)
  await cluster.nodes[2]?.kill()
  tally.add('kills')
  await work([0, 1], 1)
  // A node shows what another one has acknowledged some milliseconds later.
  await new Promise(resolve => setTimeout(resolve, 1_000))
  for (const model of models)
    await model.check(memories[0] as Memory, tally, 'three nodes, one of them killed')
  await Promise.all(memories.map(memory => memory.close().catch(() => undefined)))
  say(`three nodes, ${steps} steps on each, one killed`)
}
