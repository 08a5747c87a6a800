import {
  checkArray,
  checkInteger,
  checkMetadata,
  checkStoredId,
  checkText,
  invalid,
  maxIdLength,
} from './check-values.ts'

/** The most sources that a derivation names. */
export const maxSources = 100

/** Checks what a memory was made of: JSON, with the fields that `Derivation` names. */
export function checkDerivation(value: unknown, name: string): void {
  checkMetadata(value, name)
  const { batch, sources, seen, model } = value as Record<string, unknown>
  checkText(batch, `${name}.batch`, maxIdLength)
  const ids = checkArray(sources as readonly unknown[], `${name}.sources`)
  for (const source of ids) checkStoredId(source, `${name}.sources`)
  if (ids.length > maxSources) {
    throw invalid(`${name}.sources has more than ${maxSources} ids; keep the newest.`)
  }
  checkInteger(seen, `${name}.seen`, 0, Number.MAX_SAFE_INTEGER)
  checkText(model, `${name}.model`, 4_096)
}
