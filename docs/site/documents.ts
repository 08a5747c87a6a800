import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The pages of docs/ in the order of a reader, without their ending. */
export const documents = [
  'tutorial',
  'pick-your-parts',
  'recipes',
  'guide',
  'operations',
  'guarantees',
  'security',
  'coming-from-mem0',
  'compare',
]

/** The folders under packages/. */
export function packageFolders(root: string): string[] {
  const entries = readdirSync(join(root, 'packages'), { withFileTypes: true })
  return entries.flatMap(entry => (entry.isDirectory() ? [entry.name] : []))
}
