import { createRequire } from 'node:module'
import { beforeEach } from 'vitest'

/** Why hnswlib-node cannot be loaded: it is compiled when it is installed, which takes a compiler. */
function reason(): string | undefined {
  try {
    createRequire(import.meta.url)('hnswlib-node')
    return undefined
  } catch (error) {
    return `hnswlib-node, which is compiled with python3, make and a C++ compiler, does not load: ${String(error)}`
  }
}

const missing = reason()
const required = (process.env['AGENTMEM_REQUIRE'] ?? '').split(',').includes('hnsw')
if (missing !== undefined && required) throw new Error(missing)
if (missing !== undefined) console.error(`Skipped: ${missing.split('\n')[0] ?? ''}`)

beforeEach(context => {
  if (missing !== undefined) context.skip(missing)
})
