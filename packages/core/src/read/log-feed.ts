import { checkInteger, checkOptions, invalid } from '../checks/check-values.ts'
import { MemoryError } from '../contracts/errors.ts'
import type { LogHead } from '../contracts/log-head.ts'
import { inScope } from '../contracts/record.ts'
import type { Scope } from '../contracts/record.ts'
import { givenId } from '../contracts/stored-id.ts'
import { show } from '../contracts/show-value.ts'
import type { LiveParts } from '../parts/live-parts.ts'
import { narrowScope, scopeOptions } from '../parts/narrow-scope.ts'
import type { ChangeFeed, ChangesOptions, MemoryChange } from '../read-api.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'

/** The version of the cursor: its first entry. */
const version = 1

/** The changes of a scope in the Store's log. The log is that of all: what is not of the scope is passed over here. */
export class LogFeed implements ChangeFeed {
  readonly #live: LiveParts
  readonly #scope: Scope
  readonly #options: ChangesOptions
  readonly #from: LogHead
  #cursor: string | undefined

  constructor(live: LiveParts, bound: Scope, options: ChangesOptions) {
    live.life.check('changes')
    checkOptions(options, [...scopeOptions, 'after', 'pageSize'])
    const { after, pageSize } = options
    if (pageSize !== undefined) checkInteger(pageSize, 'pageSize', 1, 10_000)
    this.#live = live
    this.#scope = narrowScope(bound, options)
    this.#options = options
    this.#from = after === undefined ? { position: 0 } : readCursor(after)
    this.#cursor = after
  }

  get cursor(): string | undefined {
    return this.#cursor
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<MemoryChange> {
    const { pageSize: limit = 1_000, signal } = this.#options
    const head = await this.#live.run('changes', ({ store }) => store.head({ signal }), { signal })
    refuseOther(this.#from, head)
    const { lineage } = head
    for (let { position: after } = this.#from; ;) {
      const request = { after, limit }
      const page = await this.#live.run('changes', ({ store }) => store.scopedChanges(request, { signal }), {
        signal,
      })
      for (const { id, scope, event, position } of page.changes) {
        // Who begins anew has none of what was erased before.
        if (this.#isErased(scope) && (this.#from.position > 0 || position > head.position)) throw erased()
        if (!inScope(scope, this.#scope)) continue
        const cursor = writeCursor({ position, lineage })
        this.#cursor = cursor
        yield { id: givenId(id), scope, event, cursor }
      }
      after = page.cursor
      this.#cursor = writeCursor({ position: after, lineage })
      if (page.done) return
    }
  }

  /** Whether a memory may have been of this scope, of which nothing says that any more. */
  #isErased({ orgId, userId, agentId, runId }: Scope): boolean {
    const own = this.#scope
    const isWhole = (own.userId ?? own.agentId ?? own.runId) === undefined
    return !isWhole && orgId === own.orgId && (userId ?? agentId ?? runId) === undefined
  }
}

/** The error of a reader who cannot be told whether what was erased was of its scope. */
function erased(): MemoryError {
  return new MemoryError(
    'CONFLICT',
    'A memory was deleted with its history, and nothing says any more whose it was; read all anew, without after.',
  )
}

/** Throws `CONFLICT` for a position that is of another log, or of one that has gone back: what was lost is not told. */
function refuseOther(from: LogHead, head: LogHead): void {
  const isOther = from.lineage !== undefined && head.lineage !== undefined && from.lineage !== head.lineage
  if (!isOther && from.position <= head.position) return
  throw new MemoryError(
    'CONFLICT',
    'The log is not the one that after was read from, or has gone back, as from a backup or a reset; read all anew, without after.',
  )
}

function writeCursor({ position, lineage }: LogHead): string {
  return encodeCursor([version, position, lineage ?? null])
}

function readCursor(cursor: string): LogHead {
  const [position, lineage] = decodeCursor(cursor, version, 2) ?? []
  const isName = lineage === null || typeof lineage === 'string'
  if (!Number.isSafeInteger(position) || (position as number) < 0 || !isName) {
    throw invalid(
      `after is ${show(cursor)}, which is no cursor of changes; give what 'cursor' of a change was.`,
    )
  }
  return { position: position as number, lineage: lineage ?? undefined }
}
