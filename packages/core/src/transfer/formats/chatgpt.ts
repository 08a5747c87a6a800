import { invalid } from '../../checks/check-values.ts'
import type { ImportFormat } from '../../transfer-api.ts'
import { eachItem } from './each-item.ts'
import type { ItemMemory } from './each-item.ts'
import { fieldsOf, firstText, given, joinedText, listOf, textOf, timeOf } from './read-fields.ts'
import type { Fields } from './read-fields.ts'

/** The kinds of content that people read; the others are thoughts, calls of tools and their results. */
const readKinds = new Set(['text', 'multimodal_text'])

/**
 * `conversations.json` of a ChatGPT export. A memory is one message of a user or the assistant on the current branch: what
 * an edit or a new answer has replaced is passed over, and so are hidden messages, tools, images and thoughts. The run is
 * the conversation.
 */
export const chatgpt: ImportFormat = eachItem(readConversation, ['conversations'])

function* readConversation(value: unknown): Generator<ItemMemory> {
  const conversation = fieldsOf(value, 'A conversation')
  const runId = firstText(conversation['conversation_id'], conversation['id'])
  if (runId === undefined) throw invalid('The conversation has no id.')
  const title = textOf(conversation['title'])
  const started = timeOf(conversation['create_time'])
  for (const [i, { id, message }] of currentBranch(conversation).entries()) {
    const said = readMessage(message)
    if (said === undefined) continue
    const { role, content, createdAt = started, model } = said
    yield {
      part: `message ${i + 1}`,
      key: ['chatgpt', runId, id],
      input: {
        content,
        role,
        runId,
        ...given({ createdAt }),
        metadata: { source: 'chatgpt', ...given({ title, model }) },
      },
    }
  }
}

/** The messages from the root to the current node, which is the newest answer that the user looked at. */
function currentBranch(conversation: Fields): { id: string; message: Fields }[] {
  const mapping = fieldsOf(conversation['mapping'], "The conversation's mapping")
  const branch: { id: string; message: Fields }[] = []
  const passed = new Set<string>()
  let next = textOf(conversation['current_node'])
  while (next !== undefined) {
    if (passed.has(next)) throw invalid(`The conversation's node ${JSON.stringify(next)} is its own parent.`)
    passed.add(next)
    const node = fieldsOf(
      Object.hasOwn(mapping, next) ? mapping[next] : undefined,
      `The node ${JSON.stringify(next)}`,
    )
    const message = node['message'] ?? undefined
    if (message !== undefined) {
      const fields = fieldsOf(message, `The message of the node ${JSON.stringify(next)}`)
      branch.push({ id: firstText(fields['id']) ?? next, message: fields })
    }
    next = textOf(node['parent'])
  }
  return branch.toReversed()
}

function readMessage(message: Fields) {
  const { role } = fieldsOf(message['author'] ?? {}, 'The author')
  const content = fieldsOf(message['content'] ?? {}, 'The content')
  const metadata = fieldsOf(message['metadata'] ?? {}, "The message's metadata")
  const isHidden = metadata['is_visually_hidden_from_conversation'] === true || message['weight'] === 0
  const isSpoken = (role === 'user' || role === 'assistant') && (message['recipient'] ?? 'all') === 'all'
  if (isHidden || !isSpoken || !readKinds.has(String(content['content_type']))) return undefined
  // What was spoken aloud stands as text in a part of its own.
  const text = joinedText(
    listOf(content['parts'], "The content's parts").map(part => withType(part)),
    ['audio_transcription'],
  )
  if (text === undefined) return undefined
  const model = textOf(metadata['model_slug'])
  return { role, content: text, createdAt: timeOf(message['create_time']), model }
}

function withType(part: unknown): unknown {
  if (typeof part !== 'object' || part === null || !('content_type' in part)) return part
  return { ...part, type: part.content_type }
}
