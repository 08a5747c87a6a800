import { knownBackends } from '@agentmem/core/open'
import type { Part } from '@agentmem/core/open'
import { commonOptions } from './command.ts'
import type { Command } from './command.ts'
import { describeBackend } from './describe-backend.ts'
import { ownPackage } from './own-package.ts'
import type { OptionTable } from './parse-arguments.ts'

/** What `agentmem --help` prints. */
export function generalHelp(commands: readonly Command[]): string {
  return `agentmem: remember texts, and find them again

Usage: agentmem COMMAND [OPTIONS]

Commands
${commands.map(({ name, operands, summary }) => `  ${`${name} ${operands.usage}`.padEnd(18)}${summary}`).join('\n')}

Options of every command
${describeOptions(commonOptions)}

${describeBackends()}
${bundledSchemes().join(', ')}, exact and hash come with agentmem; a message names the package of any other.
Any other SCHEME: is the package @agentmem/SCHEME or agentmem-SCHEME, when it is installed.
Without index and embedder, memories are searched by their words alone, and the store is all there is.
An index that is listed without an address, such as pgvector:, is in the database or file of the store.
Other users of a machine can read a command line: keep a URL with a password in AGENTMEM_STORE.

Results go to stdout, progress and messages to stderr.

Exit codes
  0    done
  1    failed; for verify: the index is damaged
  2    the command line is wrong
  130  stopped with Ctrl-C (143: by SIGTERM); the store is whole and usable

Examples
  agentmem add Ada drinks green tea --user ada
  agentmem search what does she drink --user ada
  npx @agentmem/cli stats --store sqlite:./memories.db

\`agentmem COMMAND --help\` says more about a command, with examples.`
}

/** What `agentmem COMMAND --help` prints. */
export function commandHelp({ name, summary, operands, options, details, examples }: Command): string {
  const own = Object.keys(options).length === 0 ? '' : `\n\nOptions\n${describeOptions(options)}`
  return `agentmem ${name}: ${summary}

Usage: agentmem ${name} ${operands.usage === '' ? '' : `${operands.usage} `}[OPTIONS]

${details.join('\n')}

Examples
${describeExamples(examples)}${own}

Options of every command
${describeOptions(commonOptions)}`
}

function describeExamples(examples: Command['examples']): string {
  return examples.map(([command, about]) => `  ${command}\n      ${about}`).join('\n')
}

function describeOptions(options: OptionTable): string {
  const rows = Object.entries(options).map(([name, { value, short, about }]) => {
    const flag = `--${name}${value === undefined ? '' : ` ${value}`}`
    return [short === undefined ? flag : `-${short}, ${flag}`, about] as const
  })
  return rows.map(([flag, about]) => `  ${flag.padEnd(18)}  ${about}`).join('\n')
}

/** What core brings along needs no package, and is in no list of packages. */
const ofCore: Readonly<Record<Part, readonly (readonly [addresses: string, about: string])[]>> = {
  store: [],
  index: [['exact:', 'compares every vector; in memory, filled from the store each time']],
  embedder: [['hash  hash:DIMENSIONS', 'compares words; no model']],
}

function describeBackends(): string {
  return [
    ...describePart('Stores', 'store'),
    ...describePart('Indexes', 'index'),
    ...describePart('Embedders', 'embedder'),
  ].join('\n')
}

function describePart(title: string, part: Part): string[] {
  const packaged = Object.entries(knownBackends[part]).map(([scheme, known]) => {
    const { addresses, about } = describeBackend(scheme, known)
    return [addresses.join('  '), about] as const
  })
  return [
    title,
    ...[...packaged, ...ofCore[part]].map(([addresses, about]) => `  ${addresses.padEnd(36)}${about}`),
  ]
}

function bundledSchemes(): string[] {
  return [knownBackends.store, knownBackends.index, knownBackends.embedder]
    .flatMap(list => Object.entries(list))
    .flatMap(([scheme, { package: name }]) => (name in ownPackage.dependencies ? [scheme] : []))
}
