import { invalid } from '../../checks/check-values.ts'
import type { ImportFormat } from '../../transfer-api.ts'
import { eachItem } from './each-item.ts'
import type { ItemMemory } from './each-item.ts'
import { fieldsOf, firstText, given, joinedText, listOf, textOf, timeOf } from './read-fields.ts'
import type { Fields } from './read-fields.ts'

/**
 * Messages as OpenAI's interfaces have them, `{ role, content }` with a text or a list of parts: an array of messages, or
 * conversations `{ messages }`, one or many, in an array or one a line. A memory is one message of a user or an assistant;
 * instructions, tools and images are passed over. Without ids a message is known by what it says and how often that was
 * said before.
 */
export const openaiMessages: ImportFormat = eachItem(readValue)

function* readValue(value: unknown): Generator<ItemMemory> {
  const fields = fieldsOf(value, 'A message')
  if (fields['messages'] === undefined) {
    yield* readMessage(fields, undefined)
    return
  }
  const runId = firstText(fields['id'], fields['thread_id'])
  for (const [i, message] of listOf(fields['messages'], 'messages').entries()) {
    const part = `message ${i + 1}`
    for (const memory of readMessage(fieldsOf(message, `Its ${part}`), runId)) yield { part, ...memory }
  }
}

function* readMessage(message: Fields, conversation: string | undefined): Generator<ItemMemory> {
  const { role, type = 'message' } = message
  if (type !== 'message') return
  if (typeof role !== 'string') throw invalid('The message has no role.')
  const content = joinedText(message['content'])
  if ((role !== 'user' && role !== 'assistant') || content === undefined) return
  const runId = conversation ?? textOf(message['thread_id'])
  const id = textOf(message['id'])
  const named = { runId, actorId: textOf(message['name']), createdAt: timeOf(message['created_at']) }
  yield {
    key: id === undefined ? undefined : ['openai', runId ?? '', id],
    input: { content, role, ...given(named), metadata: {} },
  }
}
