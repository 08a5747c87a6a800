import type { OptionReader } from '@agentmem/core/adapter'

/** A kind of fact. */
export interface Topic {
  /** What `type` of a memory is: 1 to 64 letters, digits, `_` or `-`. */
  readonly name: string
  /** What belongs to it, for the model: 1 to 300 characters. */
  readonly description: string
}

/** Topics at most: a model picks well from a short list. */
const most = 12
/** Types that memories have for other reasons. */
const taken = ['message', 'insight']

export const defaultTopics: readonly Topic[] = [
  { name: 'episodic', description: 'it happened at some time' },
  { name: 'semantic', description: 'it is so' },
  { name: 'preference', description: 'someone likes, dislikes or wants it so' },
  { name: 'plan', description: 'someone means to do it' },
  { name: 'procedural', description: 'how something is done' },
]

export const topicsReader: OptionReader<readonly Topic[] | undefined> = {
  allowed:
    "1 to 12 of { name, description }, such as { name: 'diet', description: 'what someone eats or must not eat' }; a name " +
    'has 1 to 64 of a-z, A-Z, 0-9, _ and -, is there once, and is neither message nor insight',
  read: value => {
    if (!Array.isArray(value) || value.length === 0 || value.length > most) return undefined
    const topics = (value as unknown[]).map(readTopic)
    if (topics.includes(undefined)) return undefined
    const read = topics as Topic[]
    return new Set(read.map(({ name }) => name)).size === read.length ? { value: read } : undefined
  },
  preset: { value: undefined },
}

function readTopic(value: unknown): Topic | undefined {
  const { name, description, ...others } = Object(value) as Partial<Topic>
  if (Object.keys(others).length > 0) return undefined
  if (typeof name !== 'string' || !/^[\w-]{1,64}$/.test(name) || taken.includes(name)) return undefined
  const isShort = typeof description === 'string' && description.trim() !== '' && description.length <= 300
  return isShort ? { name, description } : undefined
}
