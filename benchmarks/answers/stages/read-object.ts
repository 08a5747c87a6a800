/**
 * The object of an answer: its whole text, or what stands from its first brace to its last, so that prose and fences around it
 * do no harm. Undefined where that is none.
 */
export function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  return parsed(text) ?? parsed(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1))
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(text) as unknown
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return value as Readonly<Record<string, unknown>>
  } catch {
    return undefined
  }
}
