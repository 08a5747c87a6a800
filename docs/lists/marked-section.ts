/**
 * Replaces what stands between the marks of a section: `<!-- NAME: start ... -->` and `<!-- NAME: end -->`. Throws when
 * the text has no such section.
 */
export function replaceSection(text: string, name: string, replace: (old: string) => string): string {
  const section = new RegExp(`(<!-- ${name}: start\\b[^>]*-->\\n)(.*?)(<!-- ${name}: end -->)`, 's')
  if (!section.test(text)) throw new Error(`There is no section between <!-- ${name}: start --> and its end`)
  return text.replace(
    section,
    (_all, start: string, old: string, end: string) => `${start}\n${replace(old.trim())}\n\n${end}`,
  )
}
