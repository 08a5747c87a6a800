import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { globalSetup: ['@agentmem/testcontainers/global-postgres'] } })
