import { fail, ok } from 'node:assert/strict'
import { MemoryError, memoryErrorCodes } from '@agentmem/core/adapter'
import type { MemoryErrorCode } from '@agentmem/core/adapter'

/** Fails unless the call rejects with a MemoryError of this code and a message to act on. */
export async function assertRejects(
  code: MemoryErrorCode,
  name: string,
  call: () => Promise<unknown>,
): Promise<void> {
  const error = await rejectionOf(name, call)
  if (error.code !== code) fail(`${name}: rejected with ${error.code} (${error.message}), not with ${code}`)
  ok(error.message.length > 10, `${name}: the message says nothing: '${error.message}'`)
}

/** The MemoryError that the call rejects with; fails when it does anything else. */
export async function rejectionOf(name: string, call: () => Promise<unknown>): Promise<MemoryError> {
  const [outcome] = await Promise.allSettled([(async () => call())()])
  if (outcome.status === 'fulfilled') return fail(`${name}: was accepted`)
  const error: unknown = outcome.reason
  if (!MemoryError.is(error))
    return fail(`${name}: threw something other than a MemoryError: ${String(error)}`)
  ok(memoryErrorCodes.includes(error.code), `${name}: '${error.code}' is not a code of MemoryError`)
  return error
}
