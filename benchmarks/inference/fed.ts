/** What a library made of messages that a model answered badly for. */
export interface Fed {
  /** What its call told: how many facts, how many failures, or what it threw. */
  readonly told: string
  /** Of the messages, how many a search by their own words still finds in what is stored. */
  readonly kept: number
}

/** Gives messages to a library whose model is at an address, and looks for each of them afterwards. */
export type Feed = (baseUrl: string, messages: readonly string[], folder: string) => Promise<Fed>
