import { invalid, optional, readOptions, text } from '@agentmem/core/adapter'
import type { LanguageModel, OptionReader } from '@agentmem/core/adapter'
import { isStandardJsonSchema } from '../schema/standard-schema.ts'
import type { StandardJsonSchema } from '../schema/standard-schema.ts'
import { modelReader } from './model-reader.ts'
import { topicsReader } from './topics.ts'
import type { Topic } from './topics.ts'

export interface ModelExtractorOptions {
  /** Asked for everything. Closing the extractor closes it. */
  readonly model: LanguageModel
  /** What you want remembered, and what not, in your own words, up to 20,000 characters. Default: none. */
  readonly instructions?: string | undefined
  /** The types that facts may have, 1 to 12. Default: episodic, semantic, preference, plan, procedural. */
  readonly topics?: readonly Topic[] | undefined
  /** Further fields of each fact, kept in its `derivation.fields`: a schema of an object, such as `z.object({ ... })`. Default: none. */
  readonly schema?: StandardJsonSchema | undefined
  /** The language that facts are written in, such as 'en'. Default: that of the messages. */
  readonly language?: string | undefined
  /** Instructions in the place of those that are here, for all of a task each. Default: none. */
  readonly prompts?: ExtractorPrompts | undefined
}

/** Instructions of your own: the whole system text of a task. The form of its input and its answer stays. */
export interface ExtractorPrompts {
  readonly extract?: string | undefined
  readonly decide?: string | undefined
  readonly consolidate?: string | undefined
}

const longestText = 20_000
const owner = 'openModelExtractor'

const isText = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.trim() !== '' &&
  value.length <= longestText &&
  value.isWellFormed() &&
  !value.includes('\0')

const schemaReader: OptionReader<StandardJsonSchema> = {
  allowed: "a schema of an object that speaks Standard JSON Schema, such as zod's z.object({ ... })",
  read: value => (isStandardJsonSchema(value) ? { value } : undefined),
}

const languageReader: OptionReader<string> = {
  allowed: "a language as a tag, such as 'en' or 'pt-BR'",
  read: value => {
    try {
      const [tag] = typeof value === 'string' ? Intl.getCanonicalLocales(value) : []
      return tag === undefined ? undefined : { value: tag }
    } catch {
      return undefined
    }
  },
}

const tasks = ['extract', 'decide', 'consolidate'] as const

const promptsReader: OptionReader<ExtractorPrompts> = {
  allowed: `an object of texts for ${tasks.join(', ')}, each of 1 to ${longestText} characters`,
  read: value => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    const given = Object.entries(value).filter(([, prompt]) => prompt !== undefined)
    const isRight = given.every(
      ([task, prompt]) => (tasks as readonly string[]).includes(task) && isText(prompt),
    )
    return isRight ? { value: Object.fromEntries(given) as ExtractorPrompts } : undefined
  },
  preset: { value: {} },
}

const table = {
  model: modelReader,
  instructions: optional(text(`a text of 1 to ${longestText} characters`, undefined, isText)),
  topics: topicsReader,
  schema: optional(schemaReader),
  language: optional(languageReader),
  prompts: promptsReader,
}

/** The options with their defaults, checked. */
export interface ExtractorSettings {
  readonly model: LanguageModel
  readonly instructions: string | undefined
  readonly topics: readonly Topic[] | undefined
  readonly schema: StandardJsonSchema | undefined
  readonly language: string | undefined
  readonly prompts: ExtractorPrompts
}

/** Fills in the defaults. Throws `INVALID_ARGUMENT`. */
export function readExtractorOptions(given: ModelExtractorOptions): ExtractorSettings {
  const read = readOptions(owner, given, table)
  if (read.prompts.extract !== undefined && read.instructions !== undefined)
    throw invalid(owner, 'has both instructions and prompts.extract, which replaces them; write them into it')
  return read
}
