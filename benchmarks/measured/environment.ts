/** What a figure depends on beside the code that is measured. */
export interface Environment {
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  /** How long 4 kB take to become durable on the disk that is written to, in milliseconds. */
  readonly diskSyncMs: number
  readonly kernel: string
  readonly node: string
  readonly gitSha: string
  /** True when files differed from that commit. */
  readonly gitDirty: boolean
  /** SHA-256 of pnpm-lock.yaml. */
  readonly lockfileHash: string
}
