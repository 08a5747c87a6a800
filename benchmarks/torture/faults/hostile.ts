import { hostileStrings, hostileValues } from '@agentmem/conformance'
import { HashEmbedder, Memory, MemoryError } from '@agentmem/core'
import { indexes, serversOf, stores } from '../../opening/backends.ts'
import { makePlace } from '../../opening/own-place.ts'
import type { Torture } from '../fault.ts'

const dimensions = 64

/** Strings that confuse databases, in every place of a memory: they come back as they were, or are refused with a MemoryError. */
export async function feedHostile(
  { random, tally, urls, say }: Torture,
  store: string,
  share: number,
): Promise<void> {
  const place = await makePlace(serversOf({ store, index: 'exact' }), urls)
  const opened = await stores[store]?.open(place)
  const index = await indexes['exact']?.open(place, dimensions)
  if (!opened || !index) throw new Error(`There is no store '${store}'.`)
  const memory = await Memory.open({ store: opened, index, embedder: new HashEmbedder({ dimensions }) })
  const attempt = async <T>(what: string, call: () => Promise<T>): Promise<T | undefined> => {
    tally.add('inputs')
    try {
      return await call()
    } catch (error) {
      if (!MemoryError.is(error)) tally.wrong('untyped', `${store}, ${what}: ${String(error)}`)
      return undefined
    }
  }
  const strings = random.shuffle(hostileStrings).slice(0, Math.ceil(hostileStrings.length * share))
  for (const text of strings) {
    const content = `said ${text}`
    const added = await attempt(`add ${JSON.stringify(text)}`, () =>
      memory.addBatch([{ content, metadata: { text, [`key ${text}`]: 1 } }], { userId: text, dedupe: false }),
    )
    const [result] = added?.results ?? []
    if (!result) continue
    const stored = await attempt('get', () => memory.scope({ userId: text }).get(result.id))
    if (stored?.memory !== content || stored.metadata['text'] !== text || stored.userId !== text)
      tally.wrong('lost', `${store}: ${JSON.stringify(text)} came back as ${JSON.stringify(stored?.memory)}`)
    const listed = await attempt('list', () => Array.fromAsync(memory.list({ userId: text })))
    if (listed?.length !== 1)
      tally.wrong('leaked', `${store}: ${listed?.length} memories of ${JSON.stringify(text)}`)
    const found = await attempt('where', () =>
      memory.count({ userId: text, where: { 'metadata.text': text } }),
    )
    if (found !== 1) tally.wrong('lost', `${store}: a filter by ${JSON.stringify(text)} counts ${found}`)
    for (const mode of ['text', 'vector'] as const)
      await attempt('search', () => memory.search(text, { userId: text, mode }))
  }
  for (const make of Object.values(hostileValues)) {
    const given = make() as never
    await attempt('add', () => memory.add(given, given))
    await attempt('addBatch', () => memory.addBatch(given, { userId: given }))
    await attempt('search', () => memory.search('tea', given))
    await attempt('update', () => memory.update(given, given))
    await attempt('delete', () => memory.delete(given))
    await attempt('count', () => memory.count({ where: given }))
  }
  await memory.close()
  await place.remove()
  say(`${store}: ${strings.length} hostile strings, ${Object.keys(hostileValues).length} hostile values`)
}
