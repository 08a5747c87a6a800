import type { Combination } from '../measured/cell.ts'
import { embedderOf, embedderSchemes, indexes, stores } from '../opening/backends.ts'
import { rerankers } from '../opening/rerankers.ts'
import { shapes, shapeSizes } from '../retrieval/shapes.ts'
import { addresses, flag, names, parseKnown, text, UsageError } from './command-options.ts'

const modes = ['text', 'vector', 'hybrid'] as const
export type SearchMode = (typeof modes)[number]

export interface RecallCommand {
  /** Files of turns and questions; absent only where help is asked for. */
  readonly files: { readonly memories: string; readonly questions: string } | undefined
  readonly combinations: readonly Combination[]
  readonly rerankers: readonly string[]
  readonly modes: readonly SearchMode[]
  /** Names of `shapes`. */
  readonly shapes: readonly string[]
  readonly ablate: boolean
  readonly rank: boolean
  readonly facts: boolean
  readonly json: string | undefined
  readonly save: boolean
}

const optionTable = {
  memories: text,
  questions: text,
  stores: { ...text, default: 'sqlite' },
  indexes: { ...text, default: 'sqlite-vec' },
  embedders: { ...text, default: 'hash' },
  rerankers: text,
  modes: text,
  as: text,
  shuffle: flag,
  'strip-names': flag,
  'no-runs': flag,
  ablate: flag,
  rank: flag,
  facts: flag,
  json: text,
  save: flag,
  help: flag,
} as const

export const usage = `npm run bench:recall -- --memories FILE.jsonl --questions FILE.jsonl [options]

A memory a line: {content, userId, runId?, createdAt?, actorId?, metadata: {diaId}}. A question a line: {question, userId,
evidence: [diaId], category?}; evidence names the memories of that user that answer it.

  --stores A,B       of ${Object.keys(stores).join(', ')}          default: sqlite
  --indexes A,B      of ${Object.keys(indexes).join(', ')}           default: sqlite-vec
  --embedders A,B    of ${embedderSchemes.join(', ')}, each also with a model: fastembed:bge-small-en-v1.5   default: hash
  --rerankers A,B    of ${Object.keys(rerankers).join(', ')}, each with a model: cross-encoder:NAME   default: none
                     http is the service at AGENTMEM_RERANKER_URL, with the key AGENTMEM_RERANKER_KEY
  --modes A,B        of ${modes.join(', ')}                        default: all
  --as A,B           of ${shapeSizes.join(', ')}: how many turns make a memory   default: turns

  further rows, beside those of --as:
  --shuffle          each turn at the place of another one (fixed seed): what wrong neighbours cost
  --strip-names      without the name before each turn, once kept as actorId and once lost
  --no-runs          without runId: runs are told from gaps of time
  --ablate           each part of the ranking off in turn, then one by one; of the first of --as

  --rank             what is new before what is old, each question asked when the last turn of its user is said
  --facts            beside the facts that the RuleExtractor makes of the memories, and these alone

  --json FILE        writes the results
  --save             adds them to the newest saved run in benchmarks/results, and renders its report again`

/** Throws `UsageError` for a command line that cannot be followed. */
export function parseRecallCommand(args: readonly string[]): RecallCommand {
  const { values } = parseKnown(args, optionTable)
  const known = { stores: Object.keys(stores), indexes: Object.keys(indexes) }
  const chosenEmbedders = addresses('embedders', values.embedders, embedderSchemes)
  const unknown = chosenEmbedders.find(name => !embedderOf(name))
  if (unknown !== undefined) {
    const needs = unknown.includes(':') ? 'takes no model' : `needs a model: ${unknown}:NAME`
    throw new UsageError(`--embedders: '${unknown}' ${needs}.`)
  }
  const { memories, questions, ablate, rank, facts, json, save } = values
  if (!values.help && (memories === undefined || questions === undefined)) {
    throw new UsageError(`--memories and --questions are needed.\n\n${usage}`)
  }
  return {
    files: memories === undefined || questions === undefined ? undefined : { memories, questions },
    combinations: names('stores', values.stores, known.stores, []).flatMap(store =>
      names('indexes', values.indexes, known.indexes, []).flatMap(index =>
        chosenEmbedders.map(embedder => ({ store, index, embedder })),
      ),
    ),
    rerankers:
      values.rerankers === undefined ? [] : addresses('rerankers', values.rerankers, Object.keys(rerankers)),
    modes: names('modes', values.modes, modes, modes) as SearchMode[],
    shapes: Object.keys(shapes).filter(name =>
      names('as', values.as, shapeSizes, ['turns'])
        .concat(
          values.shuffle ? ['shuffled runs'] : [],
          values['strip-names'] ? ['names as actors', 'no names'] : [],
          values['no-runs'] ? ['no runs'] : [],
        )
        .includes(name),
    ),
    ablate,
    rank,
    facts,
    json,
    save,
  }
}
