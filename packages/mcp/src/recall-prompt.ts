import { notesBlock } from '@agentmem/core/adapter'
import type { Memory } from '@agentmem/core'
import type { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'

/** The prompt `recall {topic}`: what is remembered of a topic, as notes. */
export function addPrompt(server: McpServer, own: () => Promise<Memory>): void {
  const about = {
    title: 'Recall',
    description: 'What is remembered about a topic, as notes for the conversation',
    argsSchema: z.object({ topic: z.string().describe('What it is about') }),
  }
  server.registerPrompt('recall', about, async ({ topic }) => {
    const { results } = await (await own()).search(topic, { topK: 10 })
    const text = results.length === 0 ? 'Nothing is remembered about this.' : notesBlock(results)
    return { messages: [{ role: 'user', content: { type: 'text', text } }] }
  })
}
