import { defineConfig } from 'vitest/config'

// One Postgres and one MySQL for all files, where they can be started.
export default defineConfig({
  test: {
    globalSetup: ['@agentmem/testcontainers/global-postgres', '@agentmem/testcontainers/global-mysql'],
  },
})
