import { defineConfig } from 'vitest/config'

// Its files share a process, which compiles the WebAssembly of PGlite once.
export default defineConfig({ test: { isolate: false } })
