/**
 * The texts of a value at a path: `title`, `meta.title`, `chapters[*].text`, `authors[0].name`, `list[-1]`, `*`,
 * `{title,meta.author}`, and `$` for the whole value. What is no string is written as JSON; null and what is absent
 * has no text.
 */
export function textAtPath(value: unknown, path: string): string[] {
  const steps = path === '$' ? [] : (path.match(/\[[^\]]*\]|\{[^}]*\}|[^.[{]+/g) ?? [])
  return steps.reduce((found, step) => found.flatMap(at => stepInto(at, step)), [value]).flatMap(textsOf)
}

function stepInto(at: unknown, step: string): unknown[] {
  if (typeof at !== 'object' || at === null) return []
  if (step === '*' || step === '[*]') return Object.values(at)
  if (step.startsWith('[')) return Array.isArray(at) ? [at.at(Number(step.slice(1, -1)))] : []
  if (step.startsWith('{')) {
    const paths = step.slice(1, -1).split(',')
    return paths.flatMap(path =>
      path
        .trim()
        .split('.')
        .reduce((found, key) => found.flatMap(inner => stepInto(inner, key)), [at as unknown]),
    )
  }
  return Object.hasOwn(at, step) ? [(at as Record<string, unknown>)[step]] : []
}

function textsOf(value: unknown): string[] {
  if (value === null || value === undefined) return []
  return [typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value)]
}
