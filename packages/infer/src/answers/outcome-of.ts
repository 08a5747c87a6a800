import type { ModelAnswer, ModelUsage, Outcome } from '@agentmem/core/adapter'
import { readList } from './read-list.ts'

/** The objects of an answer's list. */
export interface Listed {
  readonly items: readonly object[]
}

/**
 * What an answer came to. One that says nothing at its own end is a refusal, and one whose JSON breaks off was cut, whatever
 * the endpoint says of it.
 */
export function outcomeOf(answer: ModelAnswer, key: string): Outcome<Listed> {
  if ('error' in answer) return answer
  const { text, finish, usage } = answer
  if (finish === 'refused') return { finish: 'refused', usage }
  if (finish === 'length') return { finish: 'cut', usage }
  if (text.trim() === '') return empty(finish, usage)
  const read = readList(text, key)
  if ('isCut' in read) return { finish: 'cut', usage }
  if ('fault' in read) return { finish: 'unreadable', reason: read.fault, usage }
  return { finish: 'stop', items: read.items, unread: read.unread, usage }
}

function empty(finish: 'stop' | 'other', usage: ModelUsage): Outcome<Listed> {
  if (finish === 'stop') return { finish: 'refused', reason: 'the answer is empty', usage }
  return { finish: 'unreadable', reason: 'the answer is empty, and did not come to its own end', usage }
}
