import type { MemoryErrorCode } from '@agentmem/core'
import type { ErrorAnswer, SessionAnswer } from '../../src/answers.ts'

/** What a call answered in the place of a result. */
export class CallError extends Error {
  /** 0 when no answer came. */
  readonly status: number
  readonly code: MemoryErrorCode

  constructor(status: number, code: MemoryErrorCode, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

const keyName = 'agentmem-key'

/**
 * Gives the token of the address for a cookie and a key, and takes it out of the address, so that it is in no history. A page
 * that is loaded again has its key still.
 */
export async function enter(): Promise<void> {
  const token = location.hash.slice(1)
  if (token === '') return
  history.replaceState(null, '', location.pathname)
  const answer = await send('session', {}, { authorization: `Bearer ${token}` })
  sessionStorage.setItem(keyName, (answer as SessionAnswer).key)
}

/** Calls the studio. Throws a `CallError`. */
export async function call<Result>(name: string, input: object = {}, signal?: AbortSignal): Promise<Result> {
  const headers = { 'x-agentmem-key': sessionStorage.getItem(keyName) ?? '' }
  return (await send(name, input, headers, signal)) as Result
}

async function send(
  name: string,
  input: object,
  headers: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<unknown> {
  const response = await fetch(`/api/${name}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(input),
    signal: signal ?? null,
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw new CallError(0, 'ABORTED', 'The call was aborted.')
    throw new CallError(0, 'UNAVAILABLE', `The studio does not answer; is it still running? ${textOf(cause)}`)
  })
  const body: unknown = await response.json().catch((cause: unknown) => {
    throw new CallError(response.status, 'UNAVAILABLE', `The answer broke off: ${textOf(cause)}`)
  })
  if (response.ok) return body
  const { code, message } = (body as ErrorAnswer).error
  throw new CallError(response.status, code, message)
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
