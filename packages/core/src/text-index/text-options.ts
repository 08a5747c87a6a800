/** How texts are searched by their words. */
export interface TextOptions {
  /** What the texts held in memory may take, default 256 MB. Scopes that were searched longest ago go first. */
  readonly maxBytes?: number | undefined
  /**
   * The languages whose names of months and days count as dates of a query, as BCP 47 tags; the first says whether
   * 4/5 is in April or in May. Default: en, de, fr, es, it, pt, ru, zh, ja, ko.
   */
  readonly locales?: readonly string[] | undefined
  /** Whether words that are like a word of the query count, such as its other forms. Default true. */
  readonly subwords?: boolean | undefined
}

/** What is held in memory of the texts. */
export interface TextState {
  /** Filters, such as users, whose texts are held. */
  readonly scopes: number
  /** Texts that are held, counted once a scope. */
  readonly texts: number
  /** What they take. */
  readonly bytes: number
}
