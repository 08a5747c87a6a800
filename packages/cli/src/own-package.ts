import { readFileSync } from 'node:fs'

/** What the package.json of this program says. */
export const ownPackage: {
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
