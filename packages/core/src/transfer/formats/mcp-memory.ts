import { invalid } from '../../checks/check-values.ts'
import { show } from '../../contracts/show-value.ts'
import type { ImportFormat } from '../../transfer-api.ts'
import { eachItem } from './each-item.ts'
import type { ItemMemory } from './each-item.ts'
import { fieldsOf, given, listOf, textOf } from './read-fields.ts'
import type { Fields } from './read-fields.ts'

/**
 * `memory.jsonl` of the reference memory server of the Model Context Protocol. A memory is one observation, with its
 * `entity` and `entityType` as metadata, or one relation as the text 'A relation B'. An entity of which nothing was
 * observed is passed over.
 */
export const mcpMemory: ImportFormat = eachItem(readLine)

function* readLine(value: unknown): Generator<ItemMemory> {
  const fields = fieldsOf(value, 'A line')
  if (fields['type'] === 'entity') {
    yield* readEntity(fields)
  } else if (fields['type'] === 'relation') {
    const [from, relation, to] = ['from', 'relationType', 'to'].map(name => needed(fields, name))
    yield {
      key: ['mcp', 'relation', from as string, relation as string, to as string],
      input: {
        content: `${from} ${relation} ${to}`,
        metadata: { from, relation, to },
      },
    }
  } else {
    throw invalid(`The type is ${show(fields['type'])}, and must be 'entity' or 'relation'.`)
  }
}

function* readEntity(fields: Fields): Generator<ItemMemory> {
  const entity = needed(fields, 'name')
  const entityType = textOf(fields['entityType'])
  for (const [i, observation] of listOf(fields['observations'], 'observations').entries()) {
    const part = `observation ${i + 1}`
    if (typeof observation !== 'string')
      throw invalid(`Its ${part} must be a text, not ${show(observation)}.`)
    if (observation.trim() === '') continue
    const metadata = { entity, ...given({ entityType }) }
    yield { part, key: ['mcp', 'entity', entity, observation], input: { content: observation, metadata } }
  }
}

function needed(fields: Fields, name: string): string {
  const text = textOf(fields[name])
  if (text === undefined) throw invalid(`It needs a text as '${name}', not ${show(fields[name])}.`)
  return text
}
