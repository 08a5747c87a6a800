import { parseArgs } from 'node:util'
import type { ParseArgsOptionsConfig } from 'node:util'

import { nearest } from '@agentmem/core/adapter'

/** Thrown for a command line that cannot be followed. */
export class UsageError extends Error {}

/** What an option of a command takes: see `parseArgs`. */
export const text = { type: 'string' } as const
export const flag = { type: 'boolean', default: false } as const

/** Runs a command and ends the process with what it resolves to. A command line that cannot be followed is told, and ends with 2. */
export async function runCommand(main: () => Promise<number | void>): Promise<void> {
  try {
    process.exitCode = (await main()) ?? 0
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(error.message)
    process.exitCode = 2
  }
}

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

/** A whole number from 1 to `most`. */
export function whole(option: string, given: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = /^[1-9]\d*$/.test(given) ? Number(given) : NaN
  if (value <= most) return value
  const upTo = most === Number.MAX_SAFE_INTEGER ? 'on' : `to ${most}`
  throw new UsageError(`--${option} takes a whole number from 1 ${upTo}, not '${given}'.`)
}

/** Those of a list with commas, each once, the least first. */
export function wholes(option: string, given: string, most?: number): number[] {
  return [...new Set(given.split(',').map(one => whole(option, one, most)))].sort((a, b) => a - b)
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
