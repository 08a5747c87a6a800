import { defineConfig } from 'vitest/config'

// Most tests start several processes. Its files share one, which is begun once.
export default defineConfig({ test: { isolate: false, testTimeout: 60_000 } })
