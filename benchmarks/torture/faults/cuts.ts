import { silentProxy } from '@agentmem/conformance'
import { makePlace } from '../../opening/own-place.ts'
import { Busy } from '../busy.ts'
import type { Torture } from '../fault.ts'
import { Model } from '../model.ts'
import { openPair } from '../pairs.ts'

/** Connections are cut before or after what is sent, and go silent, at any message of any call. */
export async function cutConnections(
  { random, tally, urls, say }: Torture,
  store: 'postgres' | 'mysql',
  steps: number,
): Promise<void> {
  const place = await makePlace([store], urls)
  const proxy = await silentProxy(place.urls[store])
  const through = { ...place, urls: { ...place.urls, [store]: proxy.url } }
  const memory = await openPair({ store, index: 'hnsw' }, through)
  const model = new Model()
  let silences = 0
  proxy.onSent = () => {
    const dice = random.next()
    if (dice < 0.02) return 'cutBefore'
    if (dice < 0.04) return 'cutAfter'
    if (dice < 0.045) {
      // As a network does: nothing comes any more, and at last the connection is lost.
      silences++
      proxy.silence()
      setTimeout(() => proxy.cutAll(), 200)
    }
    return 'pass'
  }
  const busy = new Busy(memory, { random, model, tally, name: 'c', patienceMs: 1_500 })
  await busy.run(steps)
  proxy.onSent = () => 'pass'
  proxy.cutAll()
  tally.add('cuts', proxy.cuts + silences)
  await model.check(memory, tally, `${store}, connections cut`)
  await memory.close()
  await proxy.close()
  await place.remove()
  say(`${store}: ${proxy.cuts} connections cut, ${silences} silences`)
}
