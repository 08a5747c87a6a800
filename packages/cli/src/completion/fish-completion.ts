import type { CompletedCommand } from './completed-command.ts'

/** A script for fish: `agentmem completion fish | source`. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, summary, options }) => [
    `complete -c agentmem -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
    ...Object.entries(options).map(([option, { value, short, about, choices }]) => {
      const of = `complete -c agentmem -n ${quoted(`__fish_seen_subcommand_from ${name}`)}`
      const letter = short === undefined ? '' : ` -s ${short}`
      const takes =
        value === undefined ? '' : choices === undefined ? ' -r' : ` -x -a ${quoted(choices.join(' '))}`
      return `${of} -l ${option}${letter}${takes} -d ${quoted(about)}`
    }),
  ])
  return lines.join('\n')
}

/** Between single quotes fish reads a backslash before a quote and before a backslash. */
function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`
}
