import { checkText } from '../checks/check-values.ts'

const maxLength = 2_048

/** What a page or a feed goes on from, as text for callers. The first entry is the version of its kind. */
export function encodeCursor(entries: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(entries)).toString('base64url')
}

/** Its entries behind the version; undefined where it is no cursor of this version with so many entries. */
export function decodeCursor(cursor: string, version: number, length: number): unknown[] | undefined {
  checkText(cursor, 'after', maxLength)
  let entries: unknown
  try {
    entries = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined
  }
  const isOurs = Array.isArray(entries) && entries.length === length + 1 && entries[0] === version
  return isOurs ? (entries as unknown[]).slice(1) : undefined
}
