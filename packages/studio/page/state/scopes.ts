import type { ScopesPage } from '@agentmem/core'
import { call } from './call.ts'
import { scope, scopesBy } from './chosen.ts'
import { Loaded } from './loaded.ts'

/** How many users, agents or runs are read at a time. */
const pageSize = 500

/** The users, agents or runs there are, with their counts: within the other parts that were chosen. */
export const scopes: Loaded<ScopesPage> = new Loaded<ScopesPage>()

/** Reads them anew. */
export function loadScopes(): Promise<void> {
  const input = inputOf()
  return scopes.load(signal => call<ScopesPage>('scopes', input, signal))
}

/** Reads those behind the ones that are there. */
export function loadMoreScopes(): Promise<void> {
  const input = inputOf()
  const before = scopes.value
  return scopes.load(async signal => {
    const page = await call<ScopesPage>('scopes', { ...input, after: before?.next }, signal)
    return { ...page, results: [...(before?.results ?? []), ...page.results] }
  })
}

function inputOf(): object {
  const by = scopesBy.value
  const { [by]: _own, ...others } = scope.value
  return { by, limit: pageSize, scope: others }
}
