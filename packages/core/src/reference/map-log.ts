import type { LogRequest } from '../contracts/log.ts'
import { inScope } from '../contracts/record.ts'
import type { Scope } from '../contracts/record.ts'

/** The change log of a MapStore: each change takes the next position, and only the newest of an id counts. */
export class MapLog {
  /** The id that was changed at position i + 1; '' where nothing was. */
  readonly #ids: string[] = []
  readonly #positionOf = new Map<string, number>()
  /** Whose the memories were that are gone. */
  readonly #scopeOf = new Map<string, Scope>()

  /** The position of the newest change. */
  get head(): number {
    return this.#ids.length
  }

  add(id: string): void {
    this.#positionOf.set(id, this.#ids.push(id))
  }

  /** Adds a delete, and whose the memory was. */
  bury(id: string, scope: Scope): void {
    this.add(id)
    this.#scopeOf.set(id, scope)
  }

  /** Forgets whose memories were, but for their organization. */
  forget(scope: Scope, id?: string): void {
    for (const [gone, owner] of this.#scopeOf) {
      if ((id ?? gone) === gone && inScope(owner, scope)) this.#scopeOf.set(gone, { orgId: owner.orgId })
    }
  }

  /** Whose a memory was that is gone. */
  scopeOf(id: string): Scope {
    return this.#scopeOf.get(id) as Scope
  }

  /** Takes a position at which nothing changes. */
  skip(): void {
    this.#ids.push('')
  }

  /** The position of the newest change of an id, which there is. */
  positionOf(id: string): number {
    return this.#positionOf.get(id) as number
  }

  /** The id whose newest change has this position. */
  idAt(position: number): string | undefined {
    const id = this.#ids[position - 1]
    return id !== undefined && this.#positionOf.get(id) === position ? id : undefined
  }

  /** Returns a function that puts everything back as it is now. */
  snapshot(): () => void {
    const [{ head }, positions, scopes] = [this, [...this.#positionOf], [...this.#scopeOf]]
    return () => {
      this.#ids.length = head
      this.#positionOf.clear()
      for (const [id, position] of positions) this.#positionOf.set(id, position)
      this.#scopeOf.clear()
      for (const [id, scope] of scopes) this.#scopeOf.set(id, scope)
    }
  }

  /** The changed ids after a position, in the order of their newest changes. */
  read({ after, limit }: LogRequest): MapLogPage {
    const ids: string[] = []
    let cursor = after
    while (cursor < this.head && ids.length < limit) {
      const id = this.idAt(++cursor)
      if (id !== undefined) ids.push(id)
    }
    return { ids, cursor, done: cursor >= this.head }
  }
}

interface MapLogPage {
  readonly ids: readonly string[]
  readonly cursor: number
  readonly done: boolean
}
