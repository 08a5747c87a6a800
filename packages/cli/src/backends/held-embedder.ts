import type { Store } from '@agentmem/core'
import { embedderKey } from '@agentmem/core/adapter'

/**
 * The address of the hash embedder whose vectors a store holds, such as 'hash:384', also of an older version of it:
 * opening says then what to do. Undefined for a store of text alone, a new one, and one of a model that needs more to be
 * opened than its name.
 */
export async function heldEmbedder(store: Store, signal?: AbortSignal): Promise<string | undefined> {
  const [entry] = await store.readMeta([embedderKey], { signal })
  if (entry === undefined) return undefined
  const { model, dimensions } = JSON.parse(entry) as { readonly model: string; readonly dimensions: number }
  return /^hash-v\d+-\d+$/.test(model) ? `hash:${dimensions}` : undefined
}
