import { RuleExtractor } from '@agentmem/core'
import type { Extractor } from '@agentmem/core/adapter'
import type { Arguments, OptionTable } from './parse-arguments.ts'
import { usageError } from './usage-error.ts'

/** The options of commands that make facts of messages. */
export const extractorOptions: OptionTable = {
  extractor: {
    value: 'NAME',
    about: 'rules: sentences as they are, no model; default $AGENTMEM_EXTRACTOR',
  },
}

/** What their help says of them. */
export const extractorDetails: readonly string[] = []

/** The extractor that the options name, or else the environment. Undefined where neither does. */
export async function extractorFrom(args: Arguments): Promise<Extractor | undefined> {
  const named = args.text('extractor') ?? (process.env['AGENTMEM_EXTRACTOR'] || undefined)
  if (named === undefined) return undefined
  if (named === 'rules') return new RuleExtractor()
  throw usageError(`--extractor takes rules, not '${named}'.`)
}

/** The same for a command that cannot do without one. */
export async function requireExtractor(args: Arguments, command: string): Promise<Extractor> {
  const extractor = await extractorFrom(args)
  if (extractor) return extractor
  throw usageError(
    `${command} needs --extractor, to say what makes facts of messages: rules, which asks no model.`,
  )
}
