import { commonOptions } from './command.ts'
import type { Command } from './command.ts'
import type { OptionTable } from './parse-arguments.ts'

/** What `agentmem --help` prints. */
export function generalHelp(commands: readonly Command[]): string {
  return `agentmem: remember texts, and find them again

Usage: agentmem COMMAND [OPTIONS]

Commands
${commands.map(({ name, operands, summary }) => `  ${`${name} ${operands.usage}`.padEnd(17)}${summary}`).join('\n')}

Options of every command
${describeOptions(commonOptions)}

Backends
  store     sqlite:FILE  postgres://...  mysql://...  mariadb://...  libsql:FILE  libsql://...  pglite:FOLDER
  index     hnsw:FOLDER  lancedb:FOLDER  lancedb:s3://BUCKET/...
            pgvector: (in the database of a postgres store)  pgvector:postgres://...
            sqlite-vec: (in the file of an sqlite store)  sqlite-vec:FILE
            exact: (in memory, read anew each time)
  embedder  hash  hash:DIMENSIONS  fastembed:MODEL  openai:MODEL
sqlite, hnsw, exact and hash come with agentmem; for the others a message names the package to install.
Other users of a machine can read a command line: keep a URL with a password in AGENTMEM_STORE.

Results go to stdout, progress and messages to stderr.

Exit codes
  0    done
  1    failed; for verify: the index is damaged
  2    the command line is wrong
  130  stopped with Ctrl-C (143: by SIGTERM); the store is whole and usable

\`agentmem COMMAND --help\` says more about a command.`
}

/** What `agentmem COMMAND --help` prints. */
export function commandHelp({ name, summary, operands, options, details }: Command): string {
  const own = Object.keys(options).length === 0 ? '' : `\n\nOptions\n${describeOptions(options)}`
  return `agentmem ${name}: ${summary}

Usage: agentmem ${name} ${operands.usage === '' ? '' : `${operands.usage} `}[OPTIONS]

${details.join('\n')}${own}

Options of every command
${describeOptions(commonOptions)}`
}

function describeOptions(options: OptionTable): string {
  const rows = Object.entries(options).map(([name, { value, short, about }]) => {
    const flag = `--${name}${value === undefined ? '' : ` ${value}`}`
    return [short === undefined ? flag : `-${short}, ${flag}`, about] as const
  })
  return rows.map(([flag, about]) => `  ${flag.padEnd(18)}  ${about}`).join('\n')
}
