import type { MessageWindow, WindowMessage } from '../contracts/extractor.ts'
import { scopeKey } from '../contracts/record-keys.ts'
import { scopeOf } from '../contracts/record.ts'
import type { MemoryRecord, Scope } from '../contracts/record.ts'
import type { PendingMemory } from '../contracts/store-commit.ts'
import type { InferSettings } from './infer-settings.ts'

/** A part of a message that is to be worked on: as a rule all of it. */
export interface Piece {
  readonly unit: PendingMemory
  readonly text: string
  readonly tokens: number
}

/** Pieces of one owner's messages that are shown to a model together. */
export interface Window {
  readonly owner: Scope
  readonly context: readonly MemoryRecord[]
  readonly pieces: readonly Piece[]
}

/**
 * Whose a memory is, as far as facts are compared: user and agent, whatever the run; the run too where there is neither. No
 * two owners are ever in one prompt.
 */
export function ownerOf(record: MemoryRecord): Scope {
  return ownerIn(scopeOf(record))
}

/** The same of the scope of a memory. */
export function ownerIn({ orgId, userId, agentId, runId }: Scope): Scope {
  return userId === undefined && agentId === undefined ? { orgId, runId } : { orgId, userId, agentId }
}

/** True for a memory of exactly this owner: one of a user has no agent, unless the owner has. */
export function isOwnedBy(record: MemoryRecord, owner: Scope): boolean {
  return scopeKey(ownerOf(record)) === scopeKey(owner)
}

/** Messages in order of time, cut into windows of one owner each. `contextOf` gives what was said before the first. */
export function windowsOf(
  units: readonly PendingMemory[],
  { windowTokens, windowMessages, context: shown }: InferSettings,
  countTokens: (text: string) => number,
  contextOf: (owner: Scope) => readonly MemoryRecord[],
): Window[] {
  const owners = new Map<string, PendingMemory[]>()
  for (const unit of units) {
    const key = scopeKey(ownerOf(unit.record))
    const list = owners.get(key)
    if (list) list.push(unit)
    else owners.set(key, [unit])
  }
  const windows: Window[] = []
  for (const list of owners.values()) {
    const sorted = list.toSorted(
      ({ record: a }, { record: b }) =>
        a.createdAt - b.createdAt || a.place - b.place || (a.id < b.id ? -1 : 1),
    )
    const [first] = sorted
    if (!first) continue
    const owner = ownerOf(first.record)
    let context = contextOf(owner)
    let [pieces, tokens] = [[] as Piece[], 0]
    const close = (): void => {
      if (pieces.length === 0) return
      windows.push({ owner, context, pieces })
      const said = [...context, ...new Set(pieces.map(({ unit }) => unit.record))]
      context = said.slice(said.length - Math.min(shown, said.length))
      ;[pieces, tokens] = [[], 0]
    }
    for (const piece of sorted.flatMap(unit => piecesOf(unit, windowTokens, countTokens))) {
      if (pieces.length === windowMessages || (pieces.length > 0 && tokens + piece.tokens > windowTokens))
        close()
      pieces.push(piece)
      tokens += piece.tokens
    }
    close()
  }
  return windows
}

/** The two halves of a window whose answer was too long; one for a window of one piece. */
export function halvesOf(window: Window): Window[] {
  const { owner, pieces } = window
  if (pieces.length < 2) return [window]
  const half = pieces.length >> 1
  const [first, last] = [pieces.slice(0, half), pieces.slice(half)]
  const before = first.map(({ unit }) => unit.record)
  const context = [...window.context, ...before].slice(-Math.max(window.context.length, 1))
  return [
    { ...window, pieces: first },
    { owner, context, pieces: last },
  ]
}

/** What an extractor is shown of a window. Numbers go on from those of the context. */
export function shownOf(
  { context, pieces }: Window,
  redact: (text: string) => string,
  rejected: readonly string[] | undefined,
): MessageWindow {
  const shown = (record: MemoryRecord, text: string, n: number): WindowMessage => ({
    n,
    text: redact(text),
    role: record.role,
    actorId: record.actorId,
    at: record.createdAt,
  })
  const before = context.map((record, n) => shown(record, record.content, n))
  const messages = pieces.map(({ unit, text }, i) => shown(unit.record, text, before.length + i))
  return { context: before, messages, ...(rejected && { rejected }) }
}

/** A message that is longer than a window is cut behind sentences, or else where it must be. */
function piecesOf(unit: PendingMemory, limit: number, countTokens: (text: string) => number): Piece[] {
  const { content } = unit.record
  const tokens = countTokens(content)
  if (tokens <= limit) return [{ unit, text: content, tokens }]
  const share = Math.max(1, Math.floor((content.length * limit) / tokens))
  const pieces: Piece[] = []
  for (let start = 0; start < content.length;) {
    const end = cutBefore(content, start, Math.min(start + share, content.length))
    const text = content.slice(start, end)
    pieces.push({ unit, text, tokens: countTokens(text) })
    start = end
  }
  return pieces
}

/** Behind the last sentence in the second half of a stretch; never between two surrogates. */
function cutBefore(text: string, start: number, end: number): number {
  if (end >= text.length) return text.length
  for (let at = end; at > start + ((end - start) >> 1); at--)
    if ('.!?。！？\n'.includes(text[at - 1] ?? '')) return at
  const last = text.charCodeAt(end - 1)
  return last >= 0xd800 && last < 0xdc00 && end - 1 > start ? end - 1 : end
}
