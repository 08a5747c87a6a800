import { openingCases, registerCases } from '@agentmem/conformance'
import { openPostgresStore } from '@agentmem/postgres'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { describe, it } from 'vitest'

describeWithServer('postgres', 'openPostgresStore', server => {
  registerCases(describe, it, openingCases, async () => {
    const { url } = server()
    return { part: { open: openPostgresStore, options: { url } }, teardown: async () => undefined }
  })
})
