import type { BenchSettings } from '../measured/bench-settings.ts'
import { embedders, indexes, stores } from '../opening/backends.ts'
import { scenarios } from '../scenarios/all-scenarios.ts'
import { flag, names, parseKnown, text, whole, wholes } from './command-options.ts'

export interface BenchCommand {
  readonly settings: BenchSettings
  readonly json: string | undefined
  readonly html: string | undefined
  /** Keep results and report where they are committed, and write the table of the README. */
  readonly save: boolean
  /** Put the results into the newest ones that are kept, instead of beside them. */
  readonly add: boolean
  /** Print what would be run, and for how long. */
  readonly plan: boolean
  /** Start from nothing, also where an interrupted run could continue. */
  readonly fresh: boolean
  readonly help: boolean
}

const optionTable = {
  stores: text,
  indexes: text,
  embedders: text,
  scenarios: text,
  sizes: text,
  rounds: text,
  seed: text,
  quick: flag,
  json: text,
  html: text,
  save: flag,
  add: flag,
  plan: flag,
  fresh: flag,
  help: flag,
} as const

export const usage = `npm run bench -- [options] [scenario ...]

  --stores A,B       of ${Object.keys(stores).join(', ')}          default: all
  --indexes A,B      of ${Object.keys(indexes).join(', ')}           default: all
  --embedders A,B    of ${Object.keys(embedders).join(', ')}                                    default: hash
  --scenarios A,B    of ${Object.keys(scenarios).join(', ')}
                     default: all
  --sizes N,N        batch sizes of the add scenario                     default: 10,50,100,200,500,1000
  --rounds N         processes a cell, in reversed order every other time   default: 5
  --quick            small numbers, one round: shows that everything works, measures nothing
  --json FILE        writes the results
  --html FILE        writes the report, and a Markdown version beside it
  --save             keeps results and report in benchmarks/results and writes the README's table
  --add              puts the results into the newest kept ones, which say so, and writes the README's table
  --plan             prints what would be run and about how long it takes
  --fresh            starts from nothing; otherwise an interrupted run with the same settings continues
  --seed N           of the bootstrap                                    default: 1`

export function parseBenchCommand(args: readonly string[]): BenchCommand {
  const { values, positionals } = parseKnown(args, optionTable, true)
  const { quick } = values
  const settings: BenchSettings = {
    stores: names('stores', values.stores, Object.keys(stores), Object.keys(stores)),
    indexes: names('indexes', values.indexes, Object.keys(indexes), Object.keys(indexes)),
    embedders: names('embedders', values.embedders, Object.keys(embedders), ['hash']),
    scenarios: names(
      'scenarios',
      values.scenarios ?? (positionals.length > 0 ? positionals.join() : undefined),
      Object.keys(scenarios),
      Object.keys(scenarios),
    ),
    sizes: wholes('sizes', values.sizes ?? (quick ? '5,20' : '10,50,100,200,500,1000'), 100_000),
    rounds: whole('rounds', values.rounds ?? (quick ? '1' : '5'), 100),
    quick,
    seed: whole('seed', values.seed ?? '1', 2 ** 31 - 1),
  }
  const { json, html, save, add, plan, fresh, help } = values
  return { settings, json, html, save, add, plan, fresh, help }
}
