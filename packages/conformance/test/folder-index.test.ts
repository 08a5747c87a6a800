import { describe, it } from 'vitest'
// The processes run what is compiled.
import { folderIndexCases, registerCases } from '@agentmem/conformance'
import { folderIndexMutants } from './folder-index-mutants.ts'
import { folderIndexHarness } from './harnesses.ts'
import { registerMutants } from './register-mutants.ts'

describe('an exact index in a thread', () => {
  registerCases(describe, it, folderIndexCases, folderIndexHarness(), 300_000)
})

registerMutants('an index in a thread', folderIndexCases, folderIndexMutants, folderIndexHarness)
