import type { Memory, Metadata, OwnScope } from '@agentmem/core'
import { addInferred, canInfer } from './add-inferred.ts'
import type { AddConfig, Message, SearchResult } from './mem0-shapes.ts'
import type { OpenOnce } from './open-once.ts'
import { scopeOf } from './parse-filters.ts'
import { endOfDay, invalid } from './refuse.ts'

/** Keys that say whose a memory is: they are in no metadata. */
const identityKeys = ['user_id', 'agent_id', 'run_id', 'userId', 'agentId', 'runId', 'actor_id']

/** The owners of an open Memory that were told that messages are stored as they are. */
const warned = new WeakSet<OpenOnce>()

/** Stores messages, or the facts that `extract` or the Memory's extractor makes of them, as `add` of both classes does. */
export async function addMessages(
  opened: OpenOnce,
  messages: string | readonly Message[],
  config: AddConfig & { readonly createdAt?: number | undefined },
): Promise<SearchResult> {
  const said = messagesOf(messages)
  const { filters = {}, infer = true, metadata = {}, expirationDate, createdAt } = config
  const scope = {
    ...scopeOf({ userId: filters.user_id, agentId: filters.agent_id, runId: filters.run_id }),
    ...scopeOf(config),
  }
  if (Object.keys(scope).length === 0) throw invalid('add() needs one of userId, agentId and runId.')
  const options: OwnScope & { metadata: Metadata; expiresAt?: number; createdAt?: number } = {
    ...scope,
    metadata: ownMetadata(metadata, expirationDate),
    ...(typeof expirationDate === 'string' ? { expiresAt: endOfDay(expirationDate) } : {}),
    ...(createdAt === undefined ? {} : { createdAt }),
  }
  const memory = await opened.memory()
  if (infer && !opened.extract) {
    if (await canInfer(memory)) return addInferred(memory, said, options)
    warnOnce(opened)
  }
  const facts = infer ? await factsOf(opened.extract, memory, said, scope) : undefined
  // A fact that is known word for word is neither stored again nor told, as in mem0.
  const { results } = await memory.addBatch(facts ?? said, { ...options, dedupe: facts !== undefined })
  const stored = results.filter(({ event }) => event !== 'NONE')
  return { results: stored.map(({ id, memory, event }) => ({ id, memory, metadata: { event } })) }
}

/** Undefined where there is no `extract`: the messages are stored as they are. */
async function factsOf(
  extract: OpenOnce['extract'],
  memory: Memory,
  messages: readonly Message[],
  scope: OwnScope,
): Promise<string[] | undefined> {
  if (!extract) return undefined
  const query = messages.map(({ content }) => content).join('\n')
  const { results } = await memory.search(query, { ...scope, topK: 10 })
  return extract(
    messages,
    results.map(found => found.memory),
  )
}

function warnOnce(opened: OpenOnce): void {
  if (warned.has(opened)) return
  warned.add(opened)
  const message =
    'infer: true stores messages as they are: give the Memory an extractor, or extract, or infer: false'
  process.emitWarning(message, 'agentmem')
}

function messagesOf(messages: string | readonly Message[]): Message[] {
  const given = typeof messages === 'string' ? [{ role: 'user', content: messages }] : messages
  if (!Array.isArray(given) || given.length === 0)
    throw invalid('add() needs a text, or messages that are not empty.')
  const list = given as readonly Message[]
  if (list.every(({ content }) => typeof content === 'string' && content.trim() === '')) {
    throw invalid('add() needs at least one message whose content is not blank.')
  }
  return list.filter(({ role }) => role !== 'system').map(({ role, content }) => ({ role, content }))
}

/** Metadata as it is stored: without keys that say whose it is, and with the day of its end where one was given. */
export function ownMetadata(
  metadata: Readonly<Record<string, unknown>>,
  expirationDate: string | null | undefined,
): Metadata {
  const own = Object.entries(metadata).filter(([key]) => !identityKeys.includes(key))
  const expires = expirationDate === undefined ? [] : [['expiration_date', expirationDate]]
  return Object.fromEntries([...own, ...expires]) as Metadata
}
