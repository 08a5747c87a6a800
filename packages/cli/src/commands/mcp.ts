import { exitCodes, scopeFrom, scopeOptions } from '../command.ts'
import type { Command } from '../command.ts'
import { addressesFrom } from '../with-memory.ts'

const toolsets = ['read', 'write', 'all'] as const

export const mcpCommand: Command = {
  name: 'mcp',
  summary: 'serve the memories to programs that speak the Model Context Protocol',
  operands: { usage: '', least: 0, most: 0 },
  options: {
    ...scopeOptions,
    tools: {
      value: 'WHICH',
      choices: toolsets,
      about: 'read, write (default) or all, which has delete_all_memories',
    },
    http: { value: 'HOST:PORT', about: 'HTTP at a loopback address, in the place of stdin and stdout' },
  },
  details: [
    'A client such as Claude Code or Cursor starts this command. It is agentmem-mcp of @agentmem/mcp, whose',
    'README has the configuration of each client. Without --user, --agent and --run it is about the memories of',
    'the user of this machine. The default store is sqlite:./memories.db; paths are relative to ~/.agentmem.',
  ],
  examples: [
    ['agentmem mcp', 'over stdin and stdout'],
    ['agentmem mcp --user ada --tools read', 'the memories of ada, which no tool can change'],
    ['agentmem mcp --http 127.0.0.1:3111', 'one process for all clients of this machine'],
  ],
  async run({ args, signal }) {
    const scope = scopeFrom(args)
    // No other command waits for the protocol to be loaded.
    const { runServer } = await import('@agentmem/mcp')
    await runServer({
      ...addressesFrom(args),
      orgId: args.text('org'),
      scope: Object.keys(scope).length === 0 ? undefined : scope,
      tools: args.choice('tools', toolsets),
      http: args.text('http'),
      signal,
    })
    return exitCodes.ok
  },
}
