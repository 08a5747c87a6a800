import { invalid } from '../../checks/check-values.ts'
import type { ImportFormat } from '../../transfer-api.ts'
import { eachItem } from './each-item.ts'
import type { ItemMemory } from './each-item.ts'
import { fieldsOf, given, joinedText, listOf, textOf, timeOf } from './read-fields.ts'
import type { Fields } from './read-fields.ts'

const roles: Readonly<Record<string, string>> = { human: 'user', user: 'user', assistant: 'assistant' }

/**
 * `conversations.json` of a Claude export. A memory is one message, in the order of the file; thoughts, calls of tools and
 * attached files are passed over. The run is the conversation.
 */
export const claude: ImportFormat = eachItem(readConversation, ['conversations'])

function* readConversation(value: unknown): Generator<ItemMemory> {
  const conversation = fieldsOf(value, 'A conversation')
  const runId = textOf(conversation['uuid'])
  if (runId === undefined) throw invalid('The conversation has no uuid.')
  const title = textOf(conversation['name'])
  const messages = listOf(conversation['chat_messages'], 'chat_messages')
  for (const [i, entry] of messages.entries()) {
    const part = `message ${i + 1}`
    const message = fieldsOf(entry, `Its ${part}`)
    const role = roles[String(message['sender'])]
    const content = saidIn(message)
    if (role === undefined || content === undefined) continue
    const createdAt = timeOf(message['created_at']) ?? timeOf(conversation['created_at'])
    yield {
      part,
      key: ['claude', runId, textOf(message['uuid']) ?? String(i)],
      input: {
        content,
        role,
        runId,
        ...given({ createdAt }),
        metadata: { source: 'claude', ...given({ title }) },
      },
    }
  }
}

/** The texts of the content where there are any: the field `text` also has what tools were asked. */
function saidIn(message: Fields): string | undefined {
  const { content, text } = message
  return (Array.isArray(content) ? joinedText(content) : undefined) ?? textOf(text)
}
