import { invalid } from '../../checks/check-values.ts'
import type { Json, Metadata } from '../../contracts/record.ts'
import type { ImportFormat, ImportedMemory } from '../../transfer-api.ts'
import { eachItem } from './each-item.ts'
import { fieldsOf, firstText, given, timeOf } from './read-fields.ts'
import type { Fields } from './read-fields.ts'

/** What becomes of a field in another way than into the metadata, in the spelling of Python and of JavaScript. */
const ownFields = new Set(
  (
    'id memory data text content hash metadata created_at createdAt updated_at updatedAt expiration_date expirationDate ' +
    'user_id userId agent_id agentId run_id runId session_id sessionId actor_id actorId role score event'
  ).split(' '),
)
const day = 86_400_000

/**
 * The memories of mem0: what `get_all` answers, an array of memories, or an export with a list `memories`. User, agent, run,
 * times and metadata come along; other fields, such as `categories`, become metadata.
 */
export const mem0: ImportFormat = eachItem(readMemory, ['results', 'memories'])

function* readMemory(value: unknown): Generator<ImportedMemory> {
  const memory = fieldsOf(value, 'A memory')
  const content = firstText(memory['memory'], memory['data'], memory['text'], memory['content'])
  if (content === undefined)
    throw invalid("The memory has no text: one of 'memory', 'data', 'text' and 'content'.")
  const id = firstText(memory['id'])
  const of = (snake: string, camel: string): string | undefined => firstText(memory[snake], memory[camel])
  const input = {
    content,
    ...given({
      userId: of('user_id', 'userId'),
      agentId: of('agent_id', 'agentId'),
      // The service calls a run so in some of its answers.
      runId: of('run_id', 'runId') ?? of('session_id', 'sessionId'),
      actorId: of('actor_id', 'actorId'),
      role: firstText(memory['role']),
      createdAt: timeOf(memory['created_at'] ?? memory['createdAt']),
      expiresAt: endOf(memory['expiration_date'] ?? memory['expirationDate']),
    }),
    metadata: metadataOf(memory),
  }
  yield { key: id === undefined ? undefined : ['mem0', id], input }
}

/** A date of mem0 counts to its end, in UTC. */
function endOf(value: unknown): number | string | undefined {
  const time = timeOf(value)
  const isDate = typeof time === 'string' && /^\d{4}-\d\d-\d\d$/.test(time)
  const start = isDate ? Date.parse(`${time}T00:00:00Z`) : NaN
  return Number.isNaN(start) ? time : start + day
}

function metadataOf(memory: Fields): Metadata {
  const own = fieldsOf(memory['metadata'] ?? {}, 'The metadata')
  const further = Object.entries(memory).filter(
    ([field, value]) => !ownFields.has(field) && value !== null && !(field in own),
  )
  return { ...Object.fromEntries(further), ...own } as Record<string, Json>
}
