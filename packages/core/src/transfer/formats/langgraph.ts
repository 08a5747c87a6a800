import { invalid } from '../../checks/check-values.ts'
import type { Json } from '../../contracts/record.ts'
import { show } from '../../contracts/show-value.ts'
import type { ImportFormat, ImportedMemory } from '../../transfer-api.ts'
import { eachItem } from './each-item.ts'
import { fieldsOf, firstText, given, timeOf } from './read-fields.ts'

/**
 * A dump of a LangGraph store: its items `{ namespace, key, value, created_at }`, in an array, in `{ items }`, or one a line.
 * The text is the value's `text`, `content`, `memory` or `data`, and where there is none, its JSON. The metadata has
 * `namespace`, `key` and `value`, whole.
 */
export const langgraph: ImportFormat = eachItem(readItem, ['items'])

function* readItem(value: unknown): Generator<ImportedMemory> {
  const item = fieldsOf(value, 'An item')
  const { key } = item
  // A database keeps the labels as one text.
  const named = item['namespace'] ?? item['prefix']
  const labels: unknown = typeof named === 'string' ? named.split('.') : named
  if (!Array.isArray(labels) || !labels.every(label => typeof label === 'string')) {
    throw invalid(`The namespace is ${show(labels)}, and must be a list of texts.`)
  }
  if (typeof key !== 'string') throw invalid(`The key is ${show(key)}, and must be a text.`)
  const held = fieldsOf(item['value'], 'The value')
  const content =
    firstText(held['text'], held['content'], held['memory'], held['data']) ?? JSON.stringify(held)
  const createdAt = timeOf(item['created_at'] ?? item['createdAt'])
  yield {
    key: ['langgraph', ...labels, key],
    input: {
      content,
      ...given({ createdAt }),
      metadata: {
        source: 'langgraph',
        namespace: labels,
        key,
        value: held as Record<string, Json>,
      },
    },
  }
}
