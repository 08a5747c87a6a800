import type { Memory } from '@agentmem/core'
import { pageOf } from './client-items.ts'
import type { AllUsers, ClientEntity, EntityType } from './client-shapes.ts'
import { isoTime } from './stored-items.ts'

/** What each kind of entity is called in a scope. */
export const entityParts = { user: 'userId', agent: 'agentId', run: 'runId' } as const

const entityTypes = Object.keys(entityParts) as EntityType[]

export interface Entity {
  readonly type: EntityType
  readonly name: string
  readonly memories: number
  readonly updatedAt: number
}

/** Everyone who has memories: users, agents, then runs, each by name. */
export async function everyEntity(memory: Memory): Promise<Entity[]> {
  const entities: Entity[] = []
  for (const type of entityTypes) {
    let after: string | undefined
    do {
      const page = await memory.scopes({
        by: entityParts[type],
        limit: 10_000,
        ...(after === undefined ? {} : { after }),
      })
      entities.push(...page.results.map(({ value, ...rest }) => ({ ...rest, type, name: value })))
      after = page.next
    } while (after !== undefined)
  }
  return entities
}

/** One page of them, as mem0's client answers it: one read an entity of the page, for the time of its first memory. */
export async function entityPage(
  memory: Memory,
  place: { readonly page: number; readonly pageSize: number },
): Promise<AllUsers> {
  const entities = await everyEntity(memory)
  const first = (place.page - 1) * place.pageSize
  const shown = entities.slice(first, first + place.pageSize)
  const results = await Promise.all(shown.map(entity => clientEntity(memory, entity)))
  const total = (type: EntityType): number => entities.filter(entity => entity.type === type).length
  return {
    ...pageOf(results, entities.length, place),
    totalUsers: total('user'),
    totalAgents: total('agent'),
    totalRuns: total('run'),
  }
}

async function clientEntity(memory: Memory, entity: Entity): Promise<ClientEntity> {
  const { type, name, memories, updatedAt } = entity
  const order = { by: 'createdAt', direction: 'asc' } as const
  const { results } = await memory.getAll({ [entityParts[type]]: name, order, topK: 1 })
  return {
    id: name,
    name,
    type,
    createdAt: isoTime(results[0]?.createdAt ?? updatedAt),
    updatedAt: isoTime(updatedAt),
    totalMemories: memories,
    owner: memory.bound.orgId,
  }
}
