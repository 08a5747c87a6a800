import type { MemoryInput, MemoryItem } from '@agentmem/core'
import type { Item, PutOperation } from '@langchain/langgraph-checkpoint'
import { namespaceOf, pathOf, prefixesOf } from './namespace-path.ts'
import { textAtPath } from './text-at-path.ts'

/** The `type` of the memories that are items of a LangGraph store. */
export const itemType = 'langgraph'

/** What is stored of an item. One without a text at the fields is not searched by its text; its content is its JSON. */
export function itemInput(
  id: string,
  { namespace, key, value, index }: PutOperation & { readonly value: object },
  fields: readonly string[],
): MemoryInput {
  const texts = index === false ? [] : (index ?? fields).flatMap(field => textAtPath(value, field))
  const text = texts.join('\n')
  const found = text.trim() !== ''
  return {
    id,
    type: itemType,
    content: found ? text : JSON.stringify(value),
    index: found,
    metadata: { path: pathOf(namespace), prefixes: prefixesOf(namespace), key, value },
  }
}

/** The item that a memory holds. */
export function storedItem({ metadata, createdAt, updatedAt }: MemoryItem): Item {
  const { path, key, value } = metadata as unknown as { path: string } & Pick<Item, 'key' | 'value'>
  return {
    namespace: namespaceOf(path),
    key,
    value,
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
  }
}
