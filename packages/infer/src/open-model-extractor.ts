import { guardExtractor, guardModel } from '@agentmem/core/adapter'
import type { Extractor } from '@agentmem/core/adapter'
import { ModelExtractor } from './extractor/model-extractor.ts'
import { readExtractorOptions } from './options/extractor-options.ts'
import type { ModelExtractorOptions } from './options/extractor-options.ts'
import { taskInstructions } from './prompts/instructions.ts'
import { CallerFields } from './schema/caller-fields.ts'

/**
 * An Extractor on a language model, for `Memory.open`. It asks once for each window of messages, set of decisions and set of
 * clusters. Instructions and schema together take fewer than 1,500 tokens of a call, without `instructions` and `schema` of
 * yours. A text of a message is data to the model, and never part of its instructions.
 *
 * What cannot be read is an outcome of its own: an answer that was cut off, a refusal, one without the JSON that was asked for.
 * Nothing is made up for it. A Memory asks again, halves, and says in `failed` what stays without facts.
 *
 * Throws `INVALID_ARGUMENT` on a wrong option, with its value and what is allowed. Closing it closes the model.
 *
 * @example
 * const extractor = openModelExtractor({ model, instructions: 'Remember what guests eat. Nothing about prices.' })
 */
export function openModelExtractor(options: ModelExtractorOptions): Extractor {
  const { model, schema, ...rest } = readExtractorOptions(options)
  const fields = schema && new CallerFields(schema)
  const tasks = taskInstructions({ ...rest, fields: fields?.schema })
  return guardExtractor(new ModelExtractor(guardModel(model), tasks, fields))
}
