import type { MetaEntry } from '../contracts/store.ts'

/** Writes all entries, or none and returns false where one is not what was expected. */
export function writeEntries(meta: Map<string, string>, entries: readonly MetaEntry[]): boolean {
  const holds = entries.every(({ key, expect }) => expect === undefined || expect === (meta.get(key) ?? null))
  if (!holds) return false
  for (const { key, value } of entries) {
    if (value === null) meta.delete(key)
    else meta.set(key, value)
  }
  return true
}
