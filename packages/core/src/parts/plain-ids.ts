import type { CallOptions } from '../contracts/log.ts'
import type { Key } from '../contracts/record.ts'
import { givenId } from '../contracts/stored-id.ts'
import type { ModelStore } from './model-store.ts'

/**
 * In a Store from before organizations had ids of their own, memories of any organization may be stored under the plain ids
 * that callers use. Returns what is named, with the plain id where such a memory is there.
 */
export async function asHeld<Named extends Pick<Key, 'orgId' | 'id'>>(
  store: Pick<ModelStore, 'hasPlainIds' | 'get'>,
  named: readonly Named[],
  options: CallOptions,
): Promise<readonly Named[]> {
  if (!store.hasPlainIds || named.length === 0) return named
  const plain = named.map(({ orgId, id }) => ({ orgId, id: givenId(id) }))
  const records = await store.get(plain, options)
  return named.map((one, i) => {
    const id = records[i]?.id
    return id === undefined || id === one.id ? one : { ...one, id }
  })
}

/** The keys, each with the plain one where the Store may have it: for what is there of memories that are gone. */
export function bothForms({ hasPlainIds }: Pick<ModelStore, 'hasPlainIds'>, keys: readonly Key[]): Key[] {
  if (!hasPlainIds) return [...keys]
  return keys.flatMap(key => {
    const id = givenId(key.id)
    return id === key.id ? [key] : [{ ...key, id }, key]
  })
}
