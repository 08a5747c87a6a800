import { sameScope, scopeKey } from '../contracts/record-keys.ts'
import { inScope } from '../contracts/record.ts'
import type { Scope } from '../contracts/record.ts'
import { SlotIds } from './slot-ids.ts'

const fewestSlots = 64

/** How many slots an organization has. */
interface OrgSize {
  size: number
}

interface ScopeSlots {
  /** Its place among the groups, + 1. */
  readonly number: number
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
  readonly #ids = new SlotIds()
  /** By slot, the number of its group; 0 where the slot is free. */
  #groupOf = new Uint32Array(fewestSlots)
  /** The place of a slot among those of its scope. */
  #placeOf = new Uint32Array(fewestSlots)
  readonly #numbered: (ScopeSlots | undefined)[] = []
  readonly #freeNumbers: number[] = []
  readonly #groups = new Map<string, ScopeSlots>()
  /** By user, agent or run, the scopes that name it: a question with that part reads only these. */
  readonly #groupsOfPart = new Map<string, Set<ScopeSlots>>()
  readonly #orgs = new Map<string, OrgSize>()
  /** The scope of the slot that was set last: the next often has the same. */
  #lastGroup: ScopeSlots | undefined

  get size(): number {
    return this.#ids.size
  }

  /** Returns undefined when the id is not there. */
  slotOf(id: string): number | undefined {
    return this.#ids.slotOf(id)
  }

  /** Returns undefined when the slot is free. */
  idOf(slot: number): string | undefined {
    return this.#ids.idOf(slot)
  }

  /** Returns the scope that the slot was set with, or an equal one; undefined when the slot is free. */
  scopeOf(slot: number): Scope | undefined {
    return this.#groupAt(slot)?.scope
  }

  /** In the order of their slots. */
  ids(): Generator<string, undefined> {
    return this.#ids.ids()
  }

  /** Gives a slot that is free to an id that is not there. */
  set(id: string, scope: Scope, slot: number): void {
    this.#ids.set(id, slot)
    this.#place(this.#group(scope), slot)
  }

  /** A number for `setBytes`, good until a slot is freed. */
  groupOf(scope: Scope): number {
    return this.#group(scope).number
  }

  /** `set` with the UTF-8 of an id, which is copied, and a scope by the number of its group. */
  setBytes(bytes: Buffer, start: number, length: number, group: number, slot: number): void {
    this.#ids.setBytes(bytes, start, length, slot)
    this.#place(this.#numbered[group - 1] as ScopeSlots, slot)
  }

  /** Frees the slot of this id, and returns it; undefined when the id is not there. */
  delete(id: string): number | undefined {
    const slot = this.#ids.delete(id)
    if (slot === undefined) return undefined
    const group = this.#groupAt(slot)
    this.#groupOf[slot] = 0
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
    this.#ids.clear()
    this.#groupOf.fill(0)
    this.#numbered.length = 0
    this.#freeNumbers.length = 0
    this.#lastGroup = undefined
    this.#groups.clear()
    this.#groupsOfPart.clear()
    this.#orgs.clear()
  }

  #groupAt(slot: number): ScopeSlots | undefined {
    const number = this.#groupOf[slot]
    return number ? this.#numbered[number - 1] : undefined
  }

  #place(group: ScopeSlots, slot: number): void {
    if (slot >= this.#groupOf.length) {
      this.#groupOf = grown(this.#groupOf, slot)
      this.#placeOf = grown(this.#placeOf, slot)
    }
    this.#placeOf[slot] = group.slots.push(slot) - 1
    this.#groupOf[slot] = group.number
    group.org.size++
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
      const number = this.#freeNumbers.pop() ?? this.#numbered.length + 1
      group = { number, scope, org, slots: [] }
      this.#numbered[number - 1] = group
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
    const { scope, number } = group
    this.#numbered[number - 1] = undefined
    this.#freeNumbers.push(number)
    this.#groups.delete(scopeKey(scope))
    if (group.org.size === 0) this.#orgs.delete(scope.orgId)
    for (const part of partsOf(scope)) {
      const groups = this.#groupsOfPart.get(part)
      groups?.delete(group)
      if (groups?.size === 0) this.#groupsOfPart.delete(part)
    }
  }
}

function grown(before: Uint32Array<ArrayBuffer>, slot: number): Uint32Array<ArrayBuffer> {
  const array = new Uint32Array(Math.max(slot + 1, 2 * before.length))
  array.set(before)
  return array
}

function partsOf(scope: Scope): string[] {
  const parts: string[] = []
  if (scope.userId !== undefined) parts.push(`u${scope.userId}`)
  if (scope.agentId !== undefined) parts.push(`a${scope.agentId}`)
  if (scope.runId !== undefined) parts.push(`r${scope.runId}`)
  return parts
}
