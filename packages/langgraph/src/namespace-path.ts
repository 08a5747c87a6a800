/**
 * A namespace as one string: each label percent-encoded for `%` and `/`, and closed by `/`. No path is the beginning of
 * another but that of a namespace above it.
 */
export function pathOf(namespace: readonly string[]): string {
  return namespace.map(label => `${label.replaceAll('%', '%25').replaceAll('/', '%2F')}/`).join('')
}

export function namespaceOf(path: string): string[] {
  return path
    .split('/')
    .slice(0, -1)
    .map(label => label.replaceAll('%2F', '/').replaceAll('%25', '%'))
}

/** The paths of a namespace and of all above it. */
export function prefixesOf(namespace: readonly string[]): string[] {
  return namespace.map((_label, depth) => pathOf(namespace.slice(0, depth + 1)))
}
