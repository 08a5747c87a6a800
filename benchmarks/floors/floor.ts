/** The least that stores memories in one database, written by hand: what a Store is compared with. */
export interface Floor {
  /** One embed call and one transaction. */
  addBatch(texts: readonly string[]): Promise<void>
  /** What the profiled system did for each memory: an embed call, then three separate writes on one connection. */
  addInThreeWrites(text: string): Promise<void>
  close(): void | Promise<void>
}
