/** What a library made of messages that a model answered badly for. */
export interface Fed {
  /** What its call told: how many facts, how many failures, or what it threw. */
  readonly told: string
  /** Of the messages, how many a search by their own words still finds in what is stored. */
  readonly kept: number
}

export interface Feeding {
  /** Where the model is. */
  readonly baseUrl: string
  readonly messages: readonly string[]
  readonly folder: string
  /** Whether the database refuses to store facts, as where its disk is full. Default false. */
  readonly isFull?: boolean
}

/** Gives messages to a library, and looks for each of them afterwards. */
export type Feed = (feeding: Feeding) => Promise<Fed>
