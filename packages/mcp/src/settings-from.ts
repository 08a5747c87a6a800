import { MemoryError } from '@agentmem/core'
import type { ServerSettings } from './run-server.ts'

type OptionName = 'store' | 'index' | 'embedder' | 'org' | 'user' | 'agent' | 'run' | 'tools' | 'http'

const text = { type: 'string' } as const

/** The options of `agentmem-mcp`. */
export const usage: {
  readonly options: Readonly<Record<OptionName, { readonly type: 'string' }>> & {
    readonly help: { readonly type: 'boolean'; readonly short: 'h' }
  }
  readonly help: string
} = {
  options: {
    store: text,
    index: text,
    embedder: text,
    org: text,
    user: text,
    agent: text,
    run: text,
    tools: text,
    http: text,
    help: { type: 'boolean', short: 'h' },
  },
  help: `agentmem-mcp: serve memory to programs that speak the Model Context Protocol

Usage: agentmem-mcp [OPTIONS]

  --store URL        where the memories are; default $AGENTMEM_STORE, then sqlite:./memories.db
  --index URL        where vectors are searched; default $AGENTMEM_INDEX, then sqlite-vec: beside it
  --embedder MODEL   what makes vectors; default $AGENTMEM_EMBEDDER, then what the store holds, or none
  --org ID           the organization; default 'default'
  --user ID          whose memories these are; default: your name on this machine
  --agent ID         the same by agent
  --run ID           the same by conversation
  --tools WHICH      read, write (default) or all, which has delete_all_memories
  --http HOST:PORT   serve HTTP at a loopback address, in the place of stdin and stdout

Paths are relative to ~/.agentmem, and packages of further backends may be installed there.`,
}

type Values = Partial<Record<OptionName | 'help', string | boolean | undefined>>

/** Reads the options, and the environment where it says what they do not. Throws `INVALID_ARGUMENT`. */
export function settingsFrom(
  values: Values,
  env: NodeJS.ProcessEnv = process.env,
): Omit<ServerSettings, 'signal'> {
  const given = (name: keyof Values): string | undefined => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  const tools = given('tools')
  if (tools !== undefined && tools !== 'read' && tools !== 'write' && tools !== 'all') {
    throw new MemoryError('INVALID_ARGUMENT', `--tools takes read, write or all, not '${tools}'.`)
  }
  const parts = { userId: given('user'), agentId: given('agent'), runId: given('run') }
  const named = Object.entries(parts).filter(([, value]) => value !== undefined)
  return {
    store: given('store') ?? (env['AGENTMEM_STORE'] || undefined),
    index: given('index') ?? (env['AGENTMEM_INDEX'] || undefined),
    embedder: given('embedder') ?? (env['AGENTMEM_EMBEDDER'] || undefined),
    orgId: given('org'),
    scope: named.length === 0 ? undefined : Object.fromEntries(named),
    tools,
    http: given('http'),
  }
}
