import { setTimeout as delay } from 'node:timers/promises'
import { isCommitConflict, isFileGone } from './lance-error.ts'

/** How often a commit is tried. LanceDB itself tries most of them again, but not all. */
const mostAttempts = 6
/** The longest pause after the first attempt, in milliseconds; it doubles with each. */
const firstPauseMs = 10

/**
 * Runs work again while others are faster: while its commit loses to one of another process, or of this one's upkeep,
 * or the version that it builds on is removed. Nothing of it was written. Throws the last error where `isStopped`, or where it has lost too often.
 */
export async function againAfterConflict<T>(
  work: () => Promise<T>,
  isStopped: () => boolean = () => false,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const isOvertaken = isCommitConflict(error) || isFileGone(error)
      if (!isOvertaken || attempt === mostAttempts || isStopped()) throw error
    }
    await delay(Math.random() * firstPauseMs * 2 ** attempt)
  }
}
