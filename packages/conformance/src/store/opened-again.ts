import { ok } from 'node:assert/strict'
import type { Store } from '@agentmem/core/adapter'
import type { Setup } from '../kit/case.ts'

/** Opens the same data beside the part, or after it was closed. */
export async function openedAgain({ openAgain }: Setup<Store>): Promise<Store> {
  ok(openAgain, 'a Store that declares supports.durable or multiProcess needs openAgain in its harness')
  return openAgain()
}
