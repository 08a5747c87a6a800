import type { Memory, SearchMode, SearchQuery, Where } from '@agentmem/core'
import type { GetOperation, SearchOperation } from '@langchain/langgraph-checkpoint'
import { byOwner, idOf } from './asked.ts'
import type { Asked } from './asked.ts'
import { filterWhere } from './filter-where.ts'
import { pathOf } from './namespace-path.ts'
import { ownScope } from './owner-of.ts'
import { itemType, storedItem } from './stored-item.ts'

export async function getItems(asked: readonly Asked<GetOperation>[]): Promise<void> {
  await byOwner(asked, async (memory, gets) => {
    const found = await memory.getBatch(gets.map(idOf))
    gets.forEach(({ answer }, i) => answer(found[i] ? storedItem(found[i]) : null))
  })
}

/** Those that have a query are one search; the others are each the newest items. */
export async function searchItems(
  whole: Memory,
  asked: readonly Asked<SearchOperation>[],
  mode: SearchMode | undefined,
): Promise<void> {
  const ranked = asked.filter(({ op }) => op.query)
  const queries = ranked.map(({ op, memory }): SearchQuery => {
    const { query = '', limit = 10, offset = 0 } = op
    return { query, mode, scope: ownScope(memory), where: whereOf(op), topK: limit, offset, context: false }
  })
  const answerRanked = async (): Promise<void> => {
    const found = await whole.searchBatch(queries)
    for (const [i, { results }] of found.entries()) {
      ranked[i]?.answer(results.map(item => ({ ...storedItem(item), score: item.score })))
    }
  }
  const answerNewest = async ({ op, memory, answer }: Asked<SearchOperation>): Promise<void> => {
    const { limit = 10, offset = 0 } = op
    const { results } = await memory.getAll({ where: whereOf(op), topK: limit, offset })
    answer(results.map(storedItem))
  }
  await Promise.all([answerRanked(), ...asked.filter(({ op }) => !op.query).map(answerNewest)])
}

function whereOf({ namespacePrefix, filter = {} }: SearchOperation): Where {
  const below = { 'metadata.prefixes': { contains: pathOf(namespacePrefix) } }
  return { and: [{ type: itemType, ...(namespacePrefix.length > 0 && below) }, ...filterWhere(filter)] }
}
