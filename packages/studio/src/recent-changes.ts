import type { Memory, MemoryItem, OwnScope } from '@agentmem/core'

const parts = ['userId', 'agentId', 'runId'] as const
/** How many of the users, agents and runs each are looked at. */
const mostScopes = 10_000

/**
 * The memories that were changed last, whoever they are about, newest change first. A list is of one scope, so those of the
 * scopes that were changed last are put together, until no other scope can have a newer one.
 */
export async function recentChanges(
  memory: Memory,
  limit: number,
  signal: AbortSignal,
): Promise<{ results: MemoryItem[]; partial: boolean }> {
  const pages = await Promise.all(parts.map(by => memory.scopes({ by, limit: mostScopes, signal })))
  const scopes = pages
    .flatMap(({ results }, i) =>
      results.map(({ value, updatedAt }) => ({ scope: scopeOf(i, value), updatedAt })),
    )
    .sort((a, b) => b.updatedAt - a.updatedAt)
  const found = new Map<string, MemoryItem>()
  let results: MemoryItem[] = []
  for (const { scope, updatedAt } of scopes) {
    if (results.length === limit && (results.at(-1)?.updatedAt ?? 0) >= updatedAt) break
    const order = { by: 'updatedAt', direction: 'desc' } as const
    const page = await memory.page({ scope, order, limit, signal })
    for (const item of page.results) found.set(item.id, item)
    results = [...found.values()].sort(newestFirst).slice(0, limit)
  }
  return { results, partial: pages.some(({ next }) => next !== undefined) }
}

function scopeOf(part: number, value: string): OwnScope {
  return { [parts[part] ?? 'userId']: value }
}

function newestFirst(a: MemoryItem, b: MemoryItem): number {
  return b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1)
}
