import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { transact } from '../src/transactions/transact.ts'
import { FailingDatabase, PassingError } from './failing-database.ts'

/** Runs a write that counts how often it is run, and answers with that number. */
function write(
  { session }: FailingDatabase,
  { repeatable = false, signal }: { repeatable?: boolean; signal?: AbortSignal } = {},
): { readonly runs: () => number; readonly answer: Promise<number> } {
  let runs = 0
  const answer = transact(session, { work: async () => ++runs, repeatable, signal })
  answer.catch(() => undefined)
  return { runs: () => runs, answer }
}

const lost = new PassingError('the connection is lost')
const refused = new PassingError('the server refuses connections')

/** Fails for the steps of that name while `times` lasts. */
function failing(name: string, times: number): (step: string) => Error | undefined {
  let left = times
  return step => (step === name && left-- > 0 ? lost : undefined)
}

/** The first BEGIN is the write's; these are the questions whether its COMMIT was done. */
function failingQuestions(times: number): (step: string) => Error | undefined {
  let begun = 0
  return step => (step === 'begin' && begun++ > 0 && begun <= times + 1 ? refused : undefined)
}

// All delays become 0.
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0))
afterEach(() => void vi.restoreAllMocks())

describe('a write that fails in passing', () => {
  test.each([true, false])('is tried 10 times, then fails as it did (repeatable: %s)', async repeatable => {
    const database = new FailingDatabase()
    database.failBefore = failing('begin', 9)
    expect(await write(database, { repeatable }).answer).toBe(1)
    database.failBefore = failing('begin', 10)
    await expect(write(database, { repeatable }).answer).rejects.toBe(lost)
  })

  test('is tried once by a database that has no such errors, and leaves no mark', async () => {
    const database = new FailingDatabase({ passes: false })
    expect(await write(database).answer).toBe(1)
    database.failBefore = failing('begin', 1)
    await expect(write(database).answer).rejects.toBe(lost)
    expect(database.steps).toEqual(['begin', 'commit', 'begin'])
  })

  test('is not tried again after another error', async () => {
    const database = new FailingDatabase()
    const other = new Error('a bug')
    database.failBefore = step => (step === 'commit' ? other : undefined)
    const { runs, answer } = write(database)
    await expect(answer).rejects.toBe(other)
    expect(runs()).toBe(1)
  })
})

describe('a COMMIT that is not answered', () => {
  test('is simply sent again when the write is repeatable', async () => {
    const database = new FailingDatabase()
    database.failAfter = failing('commit', 1)
    expect(await write(database, { repeatable: true }).answer).toBe(2)
    expect(database.steps).toEqual(['begin', 'commit', 'begin', 'commit'])
  })

  test('was done: the write is not run again', async () => {
    const database = new FailingDatabase()
    database.failAfter = failing('commit', 1)
    const { runs, answer } = write(database)
    expect(await answer).toBe(1)
    expect(runs()).toBe(1)
  })

  test('was not done: the write is run again', async () => {
    const database = new FailingDatabase()
    database.failBefore = failing('commit', 1)
    const { runs, answer } = write(database)
    expect(await answer).toBe(2)
    expect(runs()).toBe(2)
  })

  test('and never is done: fails as the tenth did', async () => {
    const database = new FailingDatabase()
    // Each write, of which the COMMIT fails, is followed by a question, of which it does not.
    let commits = 0
    database.failBefore = step => (step === 'commit' && commits++ % 2 === 0 ? lost : undefined)
    const { runs, answer } = write(database)
    await expect(answer).rejects.toBe(lost)
    expect(runs()).toBe(10)
  })

  test('is asked about 35 times, and is then of unknown outcome', async () => {
    const answered = new FailingDatabase()
    answered.failAfter = failing('commit', 1)
    answered.failBefore = failingQuestions(34)
    expect(await write(answered).answer).toBe(1)

    const silent = new FailingDatabase()
    silent.failAfter = failing('commit', 1)
    silent.failBefore = failingQuestions(35)
    const { runs, answer } = write(silent)
    await expect(answer).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: false, cause: lost })
    expect(runs()).toBe(1)
    expect(silent.steps.filter(step => step === 'begin')).toHaveLength(1 + 35)
  })

  test('has questions of its own when it is the second one', async () => {
    const database = new FailingDatabase()
    const outcomes: string[] = []
    let [begun, commits] = [0, 0]
    // Write, 30 questions that fail and one that says no; write, 30 that fail and one that says yes.
    database.failBefore = step => {
      if (step === 'commit' && ++commits === 1) return lost
      if (step === 'begin') {
        begun++
        const isWrite = begun === 1 || begun === 33
        outcomes.push(isWrite ? 'write' : 'question')
        return isWrite || begun === 32 || begun === 64 ? undefined : lost
      }
      return undefined
    }
    database.failAfter = step => (step === 'commit' && commits === 3 ? lost : undefined)
    const { runs, answer } = write(database)
    expect(await answer).toBe(2)
    expect(runs()).toBe(2)
    expect(outcomes).toHaveLength(64)
  })

  test('is asked about although the call is aborted, and what was done is answered', async () => {
    const database = new FailingDatabase()
    const aborting = new AbortController()
    database.failAfter = step => {
      if (step !== 'commit' || aborting.signal.aborted) return undefined
      aborting.abort()
      return lost
    }
    database.failBefore = failingQuestions(5)
    expect(await write(database, { signal: aborting.signal }).answer).toBe(1)
  })

  test('and was not done before the call was aborted: it is not run again', async () => {
    const database = new FailingDatabase()
    const aborting = new AbortController()
    database.failBefore = step => {
      if (step !== 'commit' || aborting.signal.aborted) return undefined
      aborting.abort()
      return lost
    }
    const { runs, answer } = write(database, { signal: aborting.signal })
    await expect(answer).rejects.toMatchObject({ code: 'ABORTED' })
    expect(runs()).toBe(1)
    // The write, and the question.
    expect(database.steps.filter(step => step === 'begin')).toHaveLength(2)
  })
})
