#!/usr/bin/env node
import { MemoryError } from '@agentmem/core'
import { commonOptions, exitCodes } from './command.ts'
import type { Command } from './command.ts'
import { addCommand } from './commands/add.ts'
import { completionCommand } from './commands/completion.ts'
import { copyCommand } from './commands/copy.ts'
import { countCommand } from './commands/count.ts'
import { deleteCommand } from './commands/delete.ts'
import { exportCommand } from './commands/export.ts'
import { getCommand } from './commands/get.ts'
import { historyCommand } from './commands/history.ts'
import { importCommand } from './commands/import.ts'
import { listCommand } from './commands/list.ts'
import { mcpCommand } from './commands/mcp.ts'
import { pendingCommand } from './commands/pending.ts'
import { processCommand } from './commands/process.ts'
import { reembedCommand } from './commands/reembed.ts'
import { revertCommand } from './commands/revert.ts'
import { searchCommand } from './commands/search.ts'
import { statsCommand } from './commands/stats.ts'
import { studioCommand } from './commands/studio.ts'
import { usersCommand } from './commands/users.ts'
import { verifyCommand } from './commands/verify.ts'
import { commandHelp, generalHelp } from './help.ts'
import { Interruption } from './interruption.ts'
import { nearest } from '@agentmem/core/adapter'
import { ownPackage } from './own-package.ts'
import { parseArguments } from './parse-arguments.ts'
import type { Arguments, OptionTable } from './parse-arguments.ts'
import { Terminal } from './terminal/terminal.ts'
import { usageError } from './usage-error.ts'

const commands: readonly Command[] = [
  addCommand,
  searchCommand,
  listCommand,
  getCommand,
  historyCommand,
  deleteCommand,
  countCommand,
  usersCommand,
  importCommand,
  exportCommand,
  copyCommand,
  statsCommand,
  verifyCommand,
  reembedCommand,
  processCommand,
  pendingCommand,
  revertCommand,
  mcpCommand,
  studioCommand,
  completionCommand(() => commands),
]

process.exitCode = await main(process.argv.slice(2))

/** Runs the command that the command line names; returns the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const terminal = new Terminal(argv.includes('--json'))
  const interruption = new Interruption()
  const { signal } = interruption
  try {
    requireNode(process.versions.node)
    const options: OptionTable = Object.assign({}, ...commands.map(({ options }) => options), commonOptions)
    const args = parseArguments(argv, options)
    const [name, ...operands] = args.operands
    if (args.flag('version')) return print(ownPackage.version)
    if (name === 'help') return print(helpFor(operands[0]))
    if (args.flag('help') || name === undefined) return print(helpFor(name))
    const command = findCommand(name)
    checkArguments(command, args, operands)
    const code = await command.run({ args, operands, terminal, signal })
    return code === exitCodes.interrupted ? (interruption.exitCode ?? code) : code
  } catch (error) {
    const { exitCode } = interruption
    const aborted = MemoryError.is(error) && error.code === 'ABORTED'
    if (exitCode === exitCodes.ok || (exitCode !== undefined && aborted)) return exitCode
    terminal.fail(error)
    return MemoryError.is(error) && error.code === 'INVALID_ARGUMENT' ? exitCodes.usage : exitCodes.failed
  }
}

function findCommand(name: string): Command {
  const command = commands.find(command => command.name === name)
  if (command) return command
  const names = commands.map(({ name }) => name)
  const near = nearest(name, names)
  throw usageError(
    `There is no command '${name}'${near === undefined ? '.' : `; did you mean ${near}?`} There are ${names.join(', ')}.`,
  )
}

/** Refuses options of other commands, and operands that are missing or too many. */
function checkArguments(
  { name, options, operands: { usage, least, most } }: Command,
  args: Arguments,
  operands: readonly string[],
): void {
  for (const option of args.names) {
    if (Object.hasOwn(options, option) || Object.hasOwn(commonOptions, option)) continue
    throw usageError(
      `'agentmem ${name}' has no option --${option}; 'agentmem ${name} --help' lists those it has.`,
    )
  }
  if (operands.length < least) throw usageError(`'agentmem ${name}' needs ${usage}.`)
  if (operands.length > most) throw usageError(`'agentmem ${name}' has no use for '${operands[most]}'.`)
}

/** The addons of the backends end an older Node without a word. */
function requireNode(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 14)) return
  throw new MemoryError('UNSUPPORTED', `Node 22.14 or newer is needed; this is Node ${version}.`)
}

function helpFor(name: string | undefined): string {
  return name === undefined ? generalHelp(commands) : commandHelp(findCommand(name))
}

function print(text: string): number {
  process.stdout.write(`${text}\n`)
  return exitCodes.ok
}
