export { openPgliteStore } from './open-pglite-store.ts'
export type { PgliteLibrary, PgliteStoreOptions } from './pglite-options.ts'
