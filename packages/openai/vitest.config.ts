import { defineConfig } from 'vitest/config'

// Its files share a process: starting one and loading the package into it takes more than most of them do.
export default defineConfig({ test: { isolate: false } })
