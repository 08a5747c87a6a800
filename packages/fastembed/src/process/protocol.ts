import type { MemoryError, MemoryErrorCode } from '@agentmem/core/adapter'
import type { LocalModelSettings } from '../models/load-local-model.ts'
import type { ModelCall, ModelRun } from '../models/local-model.ts'

/** Messages to the child process: first its settings, then calls. */
export type ToChild =
  | { readonly kind: 'open'; readonly settings: LocalModelSettings }
  | { readonly kind: 'run'; readonly seq: number; readonly call: ModelCall }
  | { readonly kind: 'abort'; readonly seq: number }

/** Messages from the child process: the runs of a call, then its end. */
export type FromChild =
  | { readonly kind: 'run'; readonly seq: number; readonly run: ModelRun }
  | { readonly kind: 'done'; readonly seq: number }
  | { readonly kind: 'failed'; readonly seq: number; readonly error: ErrorMessage }
  | { readonly kind: 'download'; readonly bytes: number }
  | { readonly kind: 'warning'; readonly message: string }

/** The fields of a MemoryError that a message keeps. */
export interface ErrorMessage {
  readonly code: MemoryErrorCode
  readonly message: string
  readonly retryable: boolean
  readonly cause: string | undefined
}

export function describeError({ code, message, retryable, cause }: MemoryError): ErrorMessage {
  return { code, message, retryable, cause: cause === undefined ? undefined : String(cause) }
}
