import type { Migration } from './migration.ts'

/**
 * Organizations have ids of their own. What is there stays as it is: a Memory finds it. An earlier release would neither show
 * the new ids as callers know them nor find by them what it wrote itself, and so refuses the Store.
 */
export const schema6: Migration = {
  version: 6,
  async up() {},
}
