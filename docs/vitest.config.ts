import { defineConfig } from 'vitest/config'

// An addon is compiled to see that it can be: what it does is tested elsewhere, and compiling well takes most of a minute.
export default defineConfig({ test: { env: { CXXFLAGS: '-O0' } } })
