import { flag, parseKnown, text, whole, wholes } from './command-options.ts'

export interface PeersCommand {
  readonly sizes: readonly number[]
  readonly searched: readonly number[]
  readonly rounds: number
  readonly kills: number
  readonly only: string
  readonly addTo: string | undefined
  readonly save: boolean
  readonly help: boolean
}

const optionTable = {
  sizes: { ...text, default: '10,100,1000' },
  searched: { ...text, default: '1000,10000' },
  rounds: { ...text, default: '5' },
  kills: { ...text, default: '5' },
  only: { ...text, default: '' },
  'add-to': text,
  save: flag,
  help: flag,
} as const

export const usage = `npm run bench:peers -- [--only NAME] [--sizes 10,100,1000] [--searched 1000,10000] [--rounds 5] [--kills 5]
  [--add-to FILE.json | --save]

  --only NAME     libraries whose name contains this
  --sizes LIST    memories of one add; 0 for no adds
  --searched LIST memories among which is searched; 0 for no searches
  --kills N       how often each library that keeps its data itself is killed; 0 for no kills
  --add-to FILE   adds the results to those of npm run bench -- --json FILE
  --save          adds them to the newest saved run in benchmarks/results, and renders its report again`

/** Throws `UsageError` for a command line that cannot be followed. */
export function parsePeersCommand(args: readonly string[]): PeersCommand {
  const { only, save, help, 'add-to': addTo, ...given } = parseKnown(args, optionTable).values
  const orNone = (option: 'sizes' | 'searched'): number[] =>
    given[option] === '0' ? [] : wholes(option, given[option])
  return {
    sizes: orNone('sizes'),
    searched: orNone('searched'),
    rounds: whole('rounds', given.rounds),
    kills: given.kills === '0' ? 0 : whole('kills', given.kills),
    only,
    addTo,
    save,
    help,
  }
}
