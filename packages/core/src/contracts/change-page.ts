import type { Scope } from './record.ts'

/**
 * What the log says of one memory: its newest change. 'added': it has its first version. 'updated': a later one, or it was
 * moved to another model, or is shown again. 'deleted': it is gone, or hidden.
 */
export interface LoggedChange {
  readonly id: string
  /** Whose the memory is, or was; its organization alone where its history is purged. */
  readonly scope: Scope
  readonly event: 'added' | 'updated' | 'deleted'
  /** Its position in the log. */
  readonly position: number
}

/** A page of the log with scopes. */
export interface ChangePage {
  /** In the order of their positions; each id occurs at most once. */
  readonly changes: readonly LoggedChange[]
  /** The position in the log up to which this page has told everything. */
  readonly cursor: number
  /** True when it reaches the end that the log had when it was read. */
  readonly done: boolean
}

/** What the log says of a record that is there. */
export function eventOf({
  version,
  deletedAt,
}: {
  readonly version: number
  readonly deletedAt: number | null
}): LoggedChange['event'] {
  if (deletedAt !== null) return 'deleted'
  return version === 1 ? 'added' : 'updated'
}
