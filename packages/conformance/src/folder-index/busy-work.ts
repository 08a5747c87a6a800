/** What keeps the thread of an index busy. */
export const works = ['scan', 'search', 'apply', 'optimize'] as const

/** What a process keeps an index busy with, and how it ends. */
export interface BusyTask {
  readonly work: (typeof works)[number]
  readonly end: 'exit' | 'signal' | 'error'
  /** As in `FolderIndex`. */
  readonly slowKind: string
}

/** So many that a call of native code takes a while. */
export const busyDimensions = 256
