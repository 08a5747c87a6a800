import { defineConfig } from 'vitest/config'

// Most tests start several processes.
export default defineConfig({ test: { testTimeout: 60_000 } })
