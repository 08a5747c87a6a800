import type { Memory } from '@agentmem/core'
import type { ListNamespacesOperation, MatchCondition } from '@langchain/langgraph-checkpoint'
import { namespaceOf, pathOf } from './namespace-path.ts'
import { itemType } from './stored-item.ts'

/** The labels that every namespace of a list begins with. */
export function sharedPrefix({ matchConditions = [] }: ListNamespacesOperation): string[] {
  const prefixes = matchConditions.map(({ matchType, path }) => {
    if (matchType !== 'prefix') return []
    const wildcard = path.indexOf('*')
    return wildcard < 0 ? path : path.slice(0, wildcard)
  })
  return prefixes.toSorted((a, b) => b.length - a.length)[0] ?? []
}

/** The namespaces that have items and match, in the order of code points. */
export async function listNamespaces(memory: Memory, asked: ListNamespacesOperation): Promise<string[][]> {
  const { matchConditions = [], maxDepth, limit, offset } = asked
  const prefix = sharedPrefix(asked)
  const within = prefix.length === 0 ? {} : { 'metadata.prefixes': { contains: pathOf(prefix) } }
  const paths = new Set<string>()
  for (let after: string | undefined = ''; after !== undefined;) {
    const from = after === '' ? {} : { after }
    const where = { type: itemType, ...within }
    const page = await memory.scopes({ by: 'metadata.path', where, limit: 10_000, ...from })
    for (const { value } of page.results) {
      const namespace = namespaceOf(value)
      if (matchConditions.every(condition => matches(condition, namespace))) {
        paths.add(pathOf(namespace.slice(0, maxDepth)))
      }
    }
    after = page.next
  }
  return [...paths].slice(offset).slice(0, limit).map(namespaceOf)
}

function matches({ matchType, path }: MatchCondition, namespace: readonly string[]): boolean {
  if (path.length > namespace.length) return false
  const start = matchType === 'prefix' ? 0 : namespace.length - path.length
  return path.every((label, i) => label === '*' || label === namespace[start + i])
}
