import { embedderKey } from '../contracts/model-identity.ts'
import type { Store } from '../contracts/store.ts'
import { knownBackends } from './known-backends.ts'

/**
 * The address of the embedder whose vectors a Store holds, such as 'hash:384' or 'fastembed:bge-small-en-v1.5'; of an
 * older version of the hash embedder too, since opening says then what to do. Undefined for a Store of text alone, a new
 * one, and one of a model that needs more to be opened than its name.
 */
export async function heldEmbedder(store: Store, signal?: AbortSignal): Promise<string | undefined> {
  const [entry] = await store.readMeta([embedderKey], { signal })
  if (entry === undefined) return undefined
  const { model, dimensions } = JSON.parse(entry) as { readonly model: string; readonly dimensions: number }
  if (/^hash-v\d+-\d+$/.test(model)) return `hash:${dimensions}`
  for (const [scheme, { models = `^${scheme}:(\\S+)$` }] of Object.entries(knownBackends.embedder)) {
    const address = new RegExp(models).exec(model)?.[1]
    if (address !== undefined) return `${scheme}:${address}`
  }
  return undefined
}
