import { parseArgs } from 'node:util'
import type { ParseArgsOptionsConfig } from 'node:util'

import { nearest } from '@agentmem/core/adapter'

/** Thrown for a command line that cannot be followed. */
export class UsageError extends Error {}

/** Like `parseArgs`, with a suggestion for an option that is not there. */
export function parseKnown<Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  allowPositionals = false,
) {
  const known = Object.keys(options)
  for (const arg of args) {
    const name = /^--([^=]+)/.exec(arg)?.[1]
    if (name === undefined || known.includes(name)) continue
    throw new UsageError(
      `There is no option --${name}${suggestion(name, known, '--')} Options: --${known.join(', --')}.`,
    )
  }
  try {
    return parseArgs({ args: [...args], options, allowPositionals })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** The names of a list with commas, each once; all must be known. */
export function names(
  option: string,
  given: string | undefined,
  known: readonly string[],
  otherwise: readonly string[],
): string[] {
  if (given === undefined) return [...otherwise]
  const list = given.split(',').map(name => name.trim())
  for (const name of list) checkName(option, name, known)
  return [...new Set(list)]
}

/** The same with an address behind a colon where a name has one, such as `fastembed:bge-small-en-v1.5`. */
export function addresses(option: string, given: string, known: readonly string[]): string[] {
  const list = given.split(',').map(name => name.trim())
  for (const name of list) checkName(option, name.replace(/:.*$/s, ''), known)
  return [...new Set(list)]
}

function checkName(option: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return
  throw new UsageError(
    `--${option} does not know '${name}'${suggestion(name, known)} It knows ${known.join(', ')}.`,
  )
}

function suggestion(name: string, known: readonly string[], before = ''): string {
  const near = nearest(name, known)
  return near === undefined ? '.' : `; did you mean ${before}${near}?`
}
