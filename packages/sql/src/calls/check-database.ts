import type { DatabaseCheck } from '@agentmem/core/adapter'
import type { Session } from '../database/session.ts'

const mostProblems = 100

/** Asks the database to check itself. One that is too damaged to be checked says so by an error. */
export async function checkDatabase({ db, flavor }: Session): Promise<DatabaseCheck> {
  const { by, check } = flavor.selfCheck
  try {
    const found = await check(db)
    if (typeof found === 'string') return { by: undefined, problems: [], advice: found }
    return { by, problems: found.slice(0, mostProblems) }
  } catch (error) {
    const known = flavor.errorOf(error)
    if (known?.code !== 'CORRUPT') throw error
    return { by, problems: [known.message] }
  }
}
