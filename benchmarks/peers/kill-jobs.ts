import { sampleTexts } from '../scenarios/sample-texts.ts'
import type { PeerUse } from './peer.ts'
import { sharedEmbedder } from './shared-embedder.ts'

/** What one call adds. */
const perCall = 10

/** Adds until the process is killed; `tell` hears how many are acknowledged. */
export async function fillUntilKilled(
  use: PeerUse,
  folder: string,
  tell: (acknowledged: number) => void,
): Promise<never> {
  const peer = await use.open({ folder, postgresUrl: undefined }, sharedEmbedder())
  for (let stored = 0; ; stored += perCall) {
    await peer.add(sampleTexts(stored, perCall))
    tell(stored + perCall)
  }
}

/** How many of the first texts are found by their own words in what is opened again. */
export async function recount(use: PeerUse, folder: string, acknowledged: number): Promise<number> {
  const peer = await use.open({ folder, postgresUrl: undefined }, sharedEmbedder())
  let found = 0
  for (const text of sampleTexts(0, acknowledged)) {
    const [nearest] = await peer.search(text, 1)
    if (nearest === text) found++
  }
  await peer.close()
  return found
}
