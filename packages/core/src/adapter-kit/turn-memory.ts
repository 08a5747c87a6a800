import { MemoryError } from '../contracts/errors.ts'
import type { OwnScope } from '../contracts/record.ts'
import { notesBlock } from './notes-block.ts'
import type { Note } from './notes-block.ts'
import { callback, number, optional, whole } from './option-readers.ts'
import type { OptionReader } from './option-readers.ts'

/** What is stored when an answer is complete: what the user said, also what the model said, or nothing. */
export type StoredOfTurn = 'user' | 'all' | false

/** How a door recalls memories before an answer, and stores what was said after it. */
export interface TurnOptions {
  /** How many memories at most, 0 to 100, default 5. 0: nothing is recalled. */
  readonly topK?: number | undefined
  /** The lowest score of a memory that is recalled, -1 to 1, default 0.1. */
  readonly threshold?: number | undefined
  /** How many characters of memories at most, 100 to 1,000,000, default 4,000. */
  readonly maxChars?: number | undefined
  /** What is stored when an answer is complete: what the user said, also what the model said, or nothing. */
  readonly store?: StoredOfTurn | undefined
  /** Told when recalling or storing failed; the answer goes on without. Default: the call fails. */
  readonly onError?: ((error: MemoryError) => unknown) | undefined
}

/** {@link TurnOptions} with every default filled in. */
export interface TurnSettings {
  readonly topK: number
  readonly threshold: number
  readonly maxChars: number
  readonly store: StoredOfTurn
  readonly onError: TurnOptions['onError']
}

/** The readers of {@link TurnOptions}; `stored` is what `store` is by default. */
export function turnOptionTable(stored: StoredOfTurn): {
  readonly [Name in keyof TurnSettings]: OptionReader<TurnSettings[Name]>
} {
  return {
    topK: whole(0, 100, 5),
    threshold: number(-1, 1, 0.1),
    maxChars: whole(100, 1_000_000, 4_000),
    store: {
      allowed: "'user', 'all' or false",
      read: value => (value === 'user' || value === 'all' || value === false ? { value } : undefined),
      preset: { value: stored },
    },
    onError: optional(callback<(error: MemoryError) => unknown>()),
  }
}

/** Reads a scope, or a function that says whose memories a call is about. */
export function scopeOrFunction<ScopeOf>(): OptionReader<OwnScope | ScopeOf> {
  return {
    allowed: "a scope, such as { userId: 'ana' }, or a function that returns one",
    read: value => {
      const known = typeof value === 'function' || (typeof value === 'object' && value !== null)
      return known ? { value: value as OwnScope | ScopeOf } : undefined
    },
  }
}

/** What a turn needs of a Memory. */
interface TurnMemory {
  search(
    query: string,
    options: Pick<TurnSettings, 'topK' | 'threshold'> & { readonly signal: AbortSignal | undefined },
  ): Promise<{ readonly results: readonly Note[] }>
}

/** Of a long message the beginning is the query: embedders read no more. */
const queryLength = 2_000

/** The memories that a text of the user recalls, as a block for a prompt; undefined when there are none. */
export async function recallNotes(
  said: string,
  owner: () => TurnMemory | Promise<TurnMemory>,
  { topK, threshold, maxChars }: TurnSettings,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const query = said.slice(0, queryLength).toWellFormed()
  if (topK === 0 || query.trim() === '') return undefined
  const { results } = await (await owner()).search(query, { topK, threshold, signal })
  return results.length > 0 ? notesBlock(results, { maxChars }) : undefined
}

/** The messages of a turn that are to be stored: none that is empty. */
export function storedMessages(
  { user, assistant }: { readonly user: string; readonly assistant: string },
  store: StoredOfTurn,
): { readonly role: 'user' | 'assistant'; readonly content: string }[] {
  const said = [
    { role: 'user', content: store === false ? '' : user },
    { role: 'assistant', content: store === 'all' ? assistant : '' },
  ] as const
  return said.filter(({ content }) => content.trim() !== '')
}

/** The prompt with a text before the last message of the user. */
export function withNotes<Message extends { readonly role: string; readonly content: unknown }>(
  prompt: readonly Message[],
  notes: string,
): Message[] {
  const asked = prompt.findLastIndex(({ role }) => role === 'user')
  const block = { type: 'text', text: notes }
  return prompt.map((message, i) =>
    i === asked ? { ...message, content: [block, ...(message.content as unknown[])] } : message,
  )
}

/** Texts as one that a memory can hold. */
export function joinedText(texts: readonly string[]): string {
  return texts.join('\n').replaceAll('\0', ' ').toWellFormed()
}

/** Does the work. When it fails `onError` is told; without it, or when a signal ended it, the error is thrown. */
export async function attemptFor(
  door: string,
  onError: TurnOptions['onError'],
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    const failed = MemoryError.from(error, `${door} failed`)
    if (onError === undefined || failed.code === 'ABORTED') throw failed
    onError(failed)
  }
}
