import { HashEmbedder, Memory } from '@agentmem/core'
import type { MemoryInput, Store, VectorIndex } from '@agentmem/core'
import { ExactIndex, MapStore } from '@agentmem/core'

/** A text that would run as a script wherever it were taken for HTML. */
export const hostile =
  '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script><b id="bold">bold</b> javascript:alert(1)'

/** A right-to-left text. */
export const hebrew = 'עדה שותה תה ירוק בבוקר'

const day = 86_400_000
const start = Date.UTC(2026, 2, 1, 8, 30)

/** What ada, ben and a hostile user have said, oldest first. */
export const inputs: readonly MemoryInput[] = [
  {
    content: 'Ada drinks green tea in the morning, never coffee.',
    userId: 'ada',
    metadata: { topic: 'food' },
  },
  { content: 'Ada is allergic to peanuts.', userId: 'ada', metadata: { topic: 'health', checked: true } },
  {
    content: "Ada's quarterly report is due on Friday; Grace reviews it on Thursday.",
    userId: 'ada',
    runId: 'chat-7',
    role: 'user',
    actorId: 'ada',
    importance: 0.9,
    metadata: { topic: 'work', 'in cm': 12 },
  },
  { content: hebrew, userId: 'ada', runId: 'chat-7', type: 'semantic' },
  { content: 'Ben collects stamps of the Azores.', userId: 'ben', agentId: 'concierge' },
  { content: hostile, userId: '<b>eve</b>', metadata: { note: hostile }, actorId: hostile },
].map((input, i) => ({ ...input, createdAt: start + i * day, id: `m${i + 1}` }))

/** A memory of the samples, in a Store and an index of the caller's, by default in this process. */
export async function sampleMemory(
  parts: { readonly store?: Store; readonly index?: VectorIndex } = {},
): Promise<Memory> {
  const embedder = new HashEmbedder({ dimensions: 64 })
  const { store = new MapStore(), index = new ExactIndex({ dimensions: 64 }) } = parts
  const memory = await Memory.open({ store, index, embedder })
  await memory.addBatch(inputs)
  await memory.update('m1', 'Ada drinks white tea in the evening, never coffee.', { actorId: 'grace' })
  return memory
}
