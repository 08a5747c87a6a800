export { openPgliteStore } from './open-pglite-store.ts'
export type { PgliteStoreOptions } from './pglite-options.ts'
