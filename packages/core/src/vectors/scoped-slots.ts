import { sameScope, scopeKey } from '../contracts/record-keys.ts'
import { inScope } from '../contracts/record.ts'
import type { Scope } from '../contracts/record.ts'

/** How many slots an organization has. */
interface OrgSize {
  size: number
}

interface ScopeSlots {
  readonly scope: Scope
  readonly org: OrgSize
  /** In no order; dense, so that a search reads them fast. */
  readonly slots: number[]
}

/**
 * Which slot has which id, and which slots a scope may see. A slot is a small whole number, such as the place of a
 * vector in memory; who calls chooses it. A question about a scope reads only the scopes that it lets through.
 */
export class ScopedSlots {
  readonly #slotOf = new Map<string, number>()
  readonly #idOf: (string | undefined)[] = []
  readonly #groupOf: (ScopeSlots | undefined)[] = []
  /** The place of a slot among those of its scope. */
  readonly #placeOf: number[] = []
  readonly #groups = new Map<string, ScopeSlots>()
  /** By user, agent or run, the scopes that name it: a question with that part reads only these. */
  readonly #groupsOfPart = new Map<string, Set<ScopeSlots>>()
  readonly #orgs = new Map<string, OrgSize>()
  /** The scope of the slot that was set last: the next often has the same. */
  #lastGroup: ScopeSlots | undefined

  get size(): number {
    return this.#slotOf.size
  }

  /** Returns undefined when the id is not there. */
  slotOf(id: string): number | undefined {
    return this.#slotOf.get(id)
  }

  /** Returns undefined when the slot is free. */
  idOf(slot: number): string | undefined {
    return this.#idOf[slot]
  }

  /** Returns the scope that the slot was set with, or an equal one; undefined when the slot is free. */
  scopeOf(slot: number): Scope | undefined {
    return this.#groupOf[slot]?.scope
  }

  ids(): IterableIterator<string> {
    return this.#slotOf.keys()
  }

  /** Gives a slot that is free to an id that is not there. */
  set(id: string, scope: Scope, slot: number): void {
    const group = this.#group(scope)
    this.#placeOf[slot] = group.slots.push(slot) - 1
    this.#slotOf.set(id, slot)
    this.#idOf[slot] = id
    this.#groupOf[slot] = group
    group.org.size++
  }

  /** Frees the slot of this id, and returns it; undefined when the id is not there. */
  delete(id: string): number | undefined {
    const slot = this.#slotOf.get(id)
    if (slot === undefined) return undefined
    this.#slotOf.delete(id)
    this.#idOf[slot] = undefined
    const group = this.#groupOf[slot]
    this.#groupOf[slot] = undefined
    if (group) this.#remove(slot, group)
    return slot
  }

  /** Returns how many slots `visible` yields. */
  count(filter: Scope): number {
    // Most indexes have one organization, which may have very many scopes.
    if (partsOf(filter).length === 0) return this.#orgs.get(filter.orgId)?.size ?? 0
    let count = 0
    for (const slots of this.visible(filter)) count += slots.length
    return count
  }

  /** Yields the slots that a filter lets through, those of each scope together. */
  *visible(filter: Scope): Generator<readonly number[]> {
    // Looked up by the part of the filter that the fewest scopes have.
    let candidates: Iterable<ScopeSlots> & { readonly size?: number } = this.#groups.values()
    let fewest = Infinity
    for (const part of partsOf(filter)) {
      const groups = this.#groupsOfPart.get(part)
      if (!groups) return
      if (groups.size < fewest) [candidates, fewest] = [groups, groups.size]
    }
    for (const group of candidates) if (inScope(group.scope, filter)) yield group.slots
  }

  clear(): void {
    this.#slotOf.clear()
    this.#idOf.length = 0
    this.#groupOf.length = 0
    this.#placeOf.length = 0
    this.#lastGroup = undefined
    this.#groups.clear()
    this.#groupsOfPart.clear()
    this.#orgs.clear()
  }

  /** Removes a slot from its scope; the last slot of the scope takes its place. */
  #remove(slot: number, group: ScopeSlots): void {
    group.org.size--
    const last = group.slots.pop()
    if (last !== undefined && last !== slot) {
      const place = this.#placeOf[slot] as number
      group.slots[place] = last
      this.#placeOf[last] = place
    }
    if (group.slots.length === 0) this.#forget(group)
  }

  #group(scope: Scope): ScopeSlots {
    if (this.#lastGroup && sameScope(this.#lastGroup.scope, scope)) return this.#lastGroup
    const key = scopeKey(scope)
    let group = this.#groups.get(key)
    if (!group) {
      const org = this.#orgs.get(scope.orgId) ?? { size: 0 }
      this.#orgs.set(scope.orgId, org)
      group = { scope, org, slots: [] }
      this.#groups.set(key, group)
      for (const part of partsOf(scope)) {
        const groups = this.#groupsOfPart.get(part)
        if (groups) groups.add(group)
        else this.#groupsOfPart.set(part, new Set([group]))
      }
    }
    this.#lastGroup = group
    return group
  }

  #forget(group: ScopeSlots): void {
    if (this.#lastGroup === group) this.#lastGroup = undefined
    const { scope } = group
    this.#groups.delete(scopeKey(scope))
    if (group.org.size === 0) this.#orgs.delete(scope.orgId)
    for (const part of partsOf(scope)) {
      const groups = this.#groupsOfPart.get(part)
      groups?.delete(group)
      if (groups?.size === 0) this.#groupsOfPart.delete(part)
    }
  }
}

function partsOf(scope: Scope): string[] {
  const parts: string[] = []
  if (scope.userId !== undefined) parts.push(`u${scope.userId}`)
  if (scope.agentId !== undefined) parts.push(`a${scope.agentId}`)
  if (scope.runId !== undefined) parts.push(`r${scope.runId}`)
  return parts
}
