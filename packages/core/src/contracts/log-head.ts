/** The end of a Store's log. */
export interface LogHead {
  /** The position of the newest change; 0 where there is none. */
  readonly position: number
  /**
   * Names the log that the positions belong to, such as by the timeline of a server: where it is another than before, the
   * Store may have gone back, and other changes may have taken its last positions. Undefined where the Store has no such
   * name, or does not know it now: then it is compared with nothing.
   */
  readonly lineage?: string | undefined
}
