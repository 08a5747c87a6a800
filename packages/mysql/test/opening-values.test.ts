import { openingCases, registerCases } from '@agentmem/conformance'
import { openMysqlStore } from '@agentmem/mysql'
import { describeWithServer } from '@agentmem/testcontainers/describe'
import { describe, it } from 'vitest'

describeWithServer('mysql', 'openMysqlStore', server => {
  registerCases(describe, it, openingCases, async () => {
    const { url } = server()
    return { part: { open: openMysqlStore, options: { url } }, teardown: async () => undefined }
  })
})
