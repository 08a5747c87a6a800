import type { OptionTable } from '../parse-arguments.ts'

/** What a shell completes of a command. */
export interface CompletedCommand {
  readonly name: string
  readonly summary: string
  /** Those of every command too. */
  readonly options: OptionTable
}

export function flagsOf({ options }: CompletedCommand): string[] {
  return Object.keys(options).map(name => `--${name}`)
}

/** The options whose values are a few words, with them. */
export function choicesOf({ options }: CompletedCommand): [flag: string, choices: readonly string[]][] {
  return Object.entries(options).flatMap(([name, { choices }]) =>
    choices === undefined ? [] : [[`--${name}`, choices] as [string, readonly string[]]],
  )
}

/** A text between single quotes, as bash and zsh read it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
