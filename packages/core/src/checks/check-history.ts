import { historyEvents } from '../contracts/record.ts'
import type { HistoryEntry } from '../contracts/record.ts'
import { show } from '../contracts/show-value.ts'
import {
  checkStoredId,
  checkPlainObject,
  checkText,
  checkTime,
  invalid,
  maxContentLength,
} from './check-values.ts'

/** What a history keeps of a change, beside whose it is. */
export type PastChange = Omit<HistoryEntry, 'id' | 'memoryId' | 'scope'>

/** Checks an entry of a history that comes from elsewhere. */
export function checkHistoryEntry(entry: PastChange): void {
  checkPlainObject(entry, 'An entry of a history')
  const { event, previousValue, newValue, actorId, role, createdAt, successorId } = entry
  if (!historyEvents.includes(event)) {
    throw invalid(`event must be one of ${historyEvents.join(', ')}, not ${show(event)}.`)
  }
  if (previousValue !== null) checkText(previousValue, 'previousValue', maxContentLength)
  if (newValue !== null) checkText(newValue, 'newValue', maxContentLength)
  if (actorId !== null) checkText(actorId, 'actorId')
  if (role !== null) checkText(role, 'role')
  checkTime(createdAt, 'createdAt')
  if (successorId !== null) checkStoredId(successorId, 'successorId')
}
