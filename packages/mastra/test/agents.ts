import { HashEmbedder, MapStore, ExactIndex, Memory } from '@agentmem/core'
import { Agent } from '@mastra/core/agent'
import type { MockMemory } from '@mastra/core/memory'
import { createMockModel } from '@mastra/core/test-utils/llm-mock'
import { memoryProcessor } from '@agentmem/mastra'
import type { MemoryProcessorOptions } from '@agentmem/mastra'

/** A message as the model gets it. */
export interface Sent {
  readonly role: string
  readonly content: string | readonly { readonly type: string; readonly text?: string }[]
}

export function openMemory(): Promise<Memory> {
  const embedder = new HashEmbedder({ dimensions: 256 })
  return Memory.open({ store: new MapStore(), index: new ExactIndex({ dimensions: 256 }), embedder })
}

/** A real Agent on Mastra's own mock of a model, which answers the same to everything, and what the model was sent. */
export function agentWith(
  memory: Memory,
  options: MemoryProcessorOptions = {},
  threads?: MockMemory,
): { agent: Agent; sent: Sent[][] } {
  const sent: Sent[][] = []
  const note = (call: { readonly prompt: Sent[] }): void => void sent.push(call.prompt)
  const model = createMockModel({ mockText: 'Noted.', version: 'v2', spyGenerate: note, spyStream: note })
  const processor = memoryProcessor(memory, options)
  const agent = new Agent({
    id: 'assistant',
    name: 'Assistant',
    instructions: 'Be kind.',
    model,
    inputProcessors: [processor],
    outputProcessors: [processor],
    ...(threads ? { memory: threads } : {}),
  })
  return { agent, sent }
}

/** The texts of the last message of the user. */
export function textsOf(prompt: readonly Sent[] | undefined): string[] {
  const content = prompt?.findLast(({ role }) => role === 'user')?.content ?? []
  return typeof content === 'string' ? [content] : content.map(({ text = '' }) => text)
}
