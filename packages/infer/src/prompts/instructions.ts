import { contentHash } from '@agentmem/core/adapter'
import type { JsonSchema, LanguageModel } from '@agentmem/core/adapter'
import type { ExtractorPrompts } from '../options/extractor-options.ts'
import { defaultTopics } from '../options/topics.ts'
import type { Topic } from '../options/topics.ts'
import { decisionsSchema, factsSchema, insightsSchema } from '../schema/answer-schemas.ts'
import { consolidatePrompt } from './consolidate-prompt.ts'
import { decidePrompt } from './decide-prompt.ts'
import { extractPrompt } from './extract-prompt.ts'

/** The version of the prompts here. */
const version = 'infer-1'

/** What a model is told of a task, and the form of its answer. */
export interface Instructions {
  readonly system: string
  readonly schema: JsonSchema
}

export interface InstructionOptions {
  readonly instructions: string | undefined
  readonly topics: readonly Topic[] | undefined
  readonly fields: JsonSchema | undefined
  readonly language: string | undefined
  readonly prompts: ExtractorPrompts
}

/** The instructions of all tasks. */
export interface TaskInstructions {
  readonly extract: Instructions
  readonly decide: Instructions
  readonly consolidate: Instructions
  readonly types: readonly string[]
}

export function taskInstructions(options: InstructionOptions): TaskInstructions {
  const { instructions, fields, prompts } = options
  const topics = options.topics ?? defaultTopics
  const types = topics.map(({ name }) => name)
  const language = options.language && languageName(options.language)
  const ours = extractPrompt({
    topics,
    ownTopics: options.topics !== undefined,
    ownFields: fields !== undefined,
    language,
  })
  const wishes = instructions === undefined ? '' : `\n\n${wishesOf(instructions)}`
  return {
    types,
    extract: { system: prompts.extract ?? ours + wishes, schema: factsSchema(types, fields) },
    decide: { system: prompts.decide ?? decidePrompt, schema: decisionsSchema },
    consolidate: { system: prompts.consolidate ?? consolidatePrompt(language), schema: insightsSchema },
  }
}

/** Who made a fact: the model, the version of the prompts, and a hash of all that it was told. 255 characters at most. */
export function nameOf({ model }: LanguageModel, tasks: TaskInstructions): string {
  return `${model.slice(0, 200)}/${version}-${contentHash(JSON.stringify(tasks)).slice(0, 8)}`
}

/** The system text for a model: one that takes no schema is told it in words. */
export function systemFor({ supports }: LanguageModel, { system, schema }: Instructions): string {
  if (supports.schema === 'strict') return system
  return `${system}\n\nSCHEMA\nYour answer is one JSON object of this JSON Schema, without a word around it:\n${JSON.stringify(schema)}`
}

function wishesOf(instructions: string): string {
  return `THE OPERATOR\nWhoever runs this memory wrote the following. It says what to remember and what not, and goes before the rules; the form of the answer stays.\n${instructions}`
}

function languageName(tag: string): string {
  const name = new Intl.DisplayNames(['en'], { type: 'language' }).of(tag)
  return name === undefined || name === tag ? `the language ${tag}` : `${name} (${tag})`
}
