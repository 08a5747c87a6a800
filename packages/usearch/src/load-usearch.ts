import { importLibrary } from '@agentmem/core/adapter'
import { createRequire } from 'node:module'
import type * as usearch from 'usearch'

export type Usearch = typeof usearch

/** What to do where it cannot be loaded, after the word "Run:". */
const install =
  '`npm install usearch`. It brings binaries for Linux with glibc (x64, arm64), macOS (x64, arm64) and Windows (x64); ' +
  `this is ${process.platform} on ${process.arch}. Elsewhere, such as on Alpine, \`npm rebuild usearch\` compiles it ` +
  'with Python, make and a C++ compiler; or take an image with glibc, or another index, such as @agentmem/sqlite-vec.'

/**
 * Throws `NOT_INSTALLED`. The CommonJS build is loaded: the other looks for its binary in the call stack, and does not
 * end its search when it is imported from a script without a file.
 */
export function loadUsearch(): Promise<Usearch> {
  const require = createRequire(import.meta.url)
  return importLibrary(async () => require('usearch') as Usearch, { name: 'usearch', install })
}
