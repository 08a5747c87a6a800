/** What the database behind a Store says of its own files, pages and indexes. */
export interface DatabaseCheck {
  /**
   * How it was asked, such as 'pragma integrity_check'. Undefined when it was not: it cannot check itself, or something that
   * it needs for that is missing, and `advice` says so.
   */
  readonly by: string | undefined
  /** What it has found to be damaged, in its own words; at most 100 are named. */
  readonly problems: readonly string[]
  /** What to do so that it can check itself; absent where it did. */
  readonly advice?: string | undefined
}
