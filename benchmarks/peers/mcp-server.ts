import { createRequire } from 'node:module'
import { join } from 'node:path'

import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'

/** A memory server as a client of MCP sees it, over stdio, in a process of its own. */
export interface McpServer {
  add(texts: readonly string[]): Promise<void>
  /** The texts that a search answers with, the best first where the server ranks them. */
  search(query: string): Promise<string[]>
  /** Ends the process with SIGKILL. */
  kill(): void
  close(): Promise<void>
}

type Answer = Readonly<Record<string, unknown>>

/** What differs between two servers: how they are started, and the names and shapes of their tools. */
interface Dialect {
  readonly package: string
  readonly program: string
  readonly env: (folder: string) => Record<string, string>
  readonly add: (texts: readonly string[]) => readonly [tool: string, args: Answer]
  readonly search: (query: string) => readonly [tool: string, args: Answer]
  readonly found: (answer: Answer) => string[]
}

const dialects: Readonly<Record<string, Dialect>> = {
  '@agentmem/mcp, SQLite': {
    package: '@agentmem/mcp',
    program: 'dist/main.js',
    env: folder => ({ HOME: folder }),
    add: texts => ['add_memory', { texts }],
    search: query => ['search_memories', { query, topK: 10 }],
    found: answer => (answer['memories'] as { memory: string }[]).map(({ memory }) => memory),
  },
  'server-memory': {
    package: '@modelcontextprotocol/server-memory',
    program: 'dist/index.js',
    env: folder => ({ MEMORY_FILE_PATH: join(folder, 'memory.jsonl') }),
    add: texts => [
      'create_entities',
      { entities: texts.map(text => ({ name: text, entityType: 'note', observations: [text] })) },
    ],
    search: query => ['search_nodes', { query }],
    found: answer => (answer['entities'] as { name: string }[]).map(({ name }) => name),
  },
}

export const mcpServers: readonly string[] = Object.keys(dialects)

/** Starts one of `mcpServers` on the memories of a folder. */
export async function openMcpServer(name: string, folder: string): Promise<McpServer> {
  const dialect = dialects[name]
  if (!dialect) throw new Error(`There is no server ${name}.`)
  const manifest = createRequire(import.meta.url).resolve(`${dialect.package}/package.json`)
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [join(manifest, '..', dialect.program)],
    env: { PATH: String(process.env['PATH']), ...dialect.env(folder) },
    stderr: 'ignore',
  })
  const client = new Client({ name: 'benchmark', version: '1.0.0' })
  await client.connect(transport)

  const call = async ([tool, args]: readonly [string, Answer]): Promise<Answer> => {
    const answer = await client.callTool({ name: tool, arguments: args })
    if (answer.isError === true) throw new Error(`${name}: ${JSON.stringify(answer.content)}`)
    return answer.structuredContent as Answer
  }
  return {
    add: async texts => void (await call(dialect.add(texts))),
    search: async query => dialect.found(await call(dialect.search(query))),
    kill: () => {
      if (transport.pid !== null) process.kill(transport.pid, 'SIGKILL')
    },
    close: () => client.close(),
  }
}
