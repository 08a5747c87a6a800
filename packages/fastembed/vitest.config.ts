import { defineConfig } from 'vitest/config'

// onnxruntime-node ends the process when two threads use it: each test file gets a process, not a thread.
export default defineConfig({ test: { pool: 'forks', testTimeout: 60_000 } })
