import { defineConfig } from 'vitest/config'

// A server that has the extension, where AGENTMEM_PGVECTOR_URL names one: the tests of other packages need not use it.
const url = process.env['AGENTMEM_PGVECTOR_URL']

export default defineConfig({ test: { env: url ? { AGENTMEM_POSTGRES_URL: url } : {} } })
