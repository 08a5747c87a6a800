import { defineConfig } from 'vitest/config'

// One server, and one process for all files.
export default defineConfig({
  test: { isolate: false, globalSetup: ['@agentmem/testcontainers/global-postgres'] },
})
