import type { Memory } from '@agentmem/core'
import { ResourceNotFoundError, ResourceTemplate } from '@modelcontextprotocol/server'
import type { McpServer } from '@modelcontextprotocol/server'
import { structuredMemory } from './tools/shapes.ts'

const scheme = 'agentmem://memory/'
/** The newest that a list of resources names: more than a person picks from. */
const listed = 50

/** `agentmem://memory/{id}`: one memory as JSON. */
export function addResource(server: McpServer, own: () => Promise<Memory>): void {
  const list = async () => {
    const { results } = await (await own()).getAll({ topK: listed })
    return {
      resources: results.map(({ id, memory }) => ({
        uri: `${scheme}${encodeURIComponent(id)}`,
        name: memory.replaceAll(/\s+/g, ' ').slice(0, 80).toWellFormed(),
        mimeType: 'application/json',
      })),
    }
  }
  const template = new ResourceTemplate(`${scheme}{id}`, { list })
  const about = { title: 'Memory', description: 'One memory', mimeType: 'application/json' }
  server.registerResource('memory', template, about, async (uri, { id }) => {
    const item = await (await own()).get(decodeURIComponent(String(id)))
    if (!item) throw new ResourceNotFoundError(uri.href)
    const text = JSON.stringify(structuredMemory(item))
    return { contents: [{ uri: uri.href, mimeType: 'application/json', text }] }
  })
}
