import { defineConfig } from 'vitest/config'

// Each folder is a project: its tests are `*.test.ts` files, and it may have a vitest.config.ts of its own.
export default defineConfig({
  test: { projects: ['packages/*', 'benchmarks', 'testcontainers', 'docs'] },
})
