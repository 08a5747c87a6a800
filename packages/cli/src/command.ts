import type { Memory } from '@agentmem/core'
import type { Arguments, OptionTable } from './parse-arguments.ts'
import type { Terminal } from './terminal/terminal.ts'
import { usageError } from './usage-error.ts'

export const exitCodes = { ok: 0, failed: 1, usage: 2, interrupted: 130, terminated: 143 } as const

/** What a command works with. */
export interface Session {
  readonly args: Arguments
  /** The words of the command line beside its options, without the name of the command. */
  readonly operands: readonly string[]
  readonly terminal: Terminal
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
}

/** One command of the program. */
export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** The words it needs beside options, as the usage line shows them, such as 'FILE'. */
  readonly operands: { readonly usage: string; readonly least: number; readonly most: number }
  readonly options: OptionTable
  /** Further lines of its help. */
  readonly details: readonly string[]
  /** Command lines that do something useful, each with what it does. */
  readonly examples: readonly (readonly [command: string, about: string])[]
  /** Returns the exit code. The caller reports an error that it throws, and derives the exit code from that. */
  run(session: Session): Promise<number>
}

/** The options that select whose memories a command is about. */
export const scopeOptions: OptionTable = {
  user: { value: 'ID', about: 'memories of this user' },
  agent: { value: 'ID', about: 'memories of this agent' },
  run: { value: 'ID', about: 'memories of this run or session' },
}

/** The option that selects some memories of a scope. */
export const whereOption: OptionTable = {
  where: {
    value: 'JSON',
    about: 'a filter on metadata and fields, as `agentmem search --help` describes it',
  },
}

/** The options of every command. */
export const commonOptions: OptionTable = {
  store: {
    value: 'URL',
    about: 'where the memories are; default $AGENTMEM_STORE, then sqlite:./agentmem.db',
  },
  index: {
    value: 'URL',
    about: 'where vectors are searched; default $AGENTMEM_INDEX, then sqlite-vec: beside the store',
  },
  embedder: {
    value: 'MODEL',
    about: 'what makes vectors; default $AGENTMEM_EMBEDDER, then what the store holds, or none',
  },
  org: { value: 'ID', about: "the organization; default 'default'" },
  json: { about: 'one JSON object on stdout instead of text for people' },
  help: { short: 'h', about: 'show help' },
  version: { about: 'show the version' },
}

/** The scope that the options name. */
export function scopeFrom(args: Arguments): { userId?: string; agentId?: string; runId?: string } {
  const [userId, agentId, runId] = [args.text('user'), args.text('agent'), args.text('run')]
  return {
    ...(userId === undefined ? {} : { userId }),
    ...(agentId === undefined ? {} : { agentId }),
    ...(runId === undefined ? {} : { runId }),
  }
}

/** The same, where a command must be told whose memories it is about. */
export function requireScope(args: Arguments, command: string): ReturnType<typeof scopeFrom> {
  const scope = scopeFrom(args)
  if (Object.keys(scope).length > 0) return scope
  throw usageError(
    `${command} needs at least one of --user, --agent and --run, to say whose memories it is about.`,
  )
}

/** The memory bound to the scope that the options name; the whole organization when they name none. */
export function within(memory: Memory, args: Arguments): Memory {
  const scope = scopeFrom(args)
  return Object.keys(scope).length === 0 ? memory : memory.scope(scope)
}
