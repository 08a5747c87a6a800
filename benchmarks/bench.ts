import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { HashEmbedder } from '@agentmem/core'
import type { Memory } from '@agentmem/core'

import { openEmbeddedDefault } from './embedded-default.ts'
import { eventLoopDelay } from './scenarios/event-loop.ts'
import { resident } from './scenarios/resident.ts'
import { search } from './scenarios/search.ts'
import { singleAdd } from './scenarios/single-add.ts'
import { formatNumber, formatTable } from './table.ts'

const scenarios: Readonly<Record<string, (memory: Memory) => Promise<Record<string, number>>>> = {
  'single-add': singleAdd,
  search: memory => search(memory, new HashEmbedder()),
  'event-loop': eventLoopDelay,
  resident,
}

const [name] = process.argv.slice(2)
if (name === undefined) {
  // Each scenario has a process of its own, so that none finds the other's heap and caches.
  for (const scenario of Object.keys(scenarios)) {
    const { status } = spawnSync(process.execPath, [...process.execArgv, import.meta.filename, scenario], {
      stdio: 'inherit',
    })
    if (status !== 0) process.exitCode = 1
  }
} else {
  const scenario = scenarios[name]
  if (!scenario)
    throw new Error(`There is no scenario '${name}'; there are ${Object.keys(scenarios).join(', ')}.`)
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-'))
  try {
    const memory = await openEmbeddedDefault(folder)
    const result = await scenario(memory)
    console.log(`${name} (SQLite FULL + hnsw + HashEmbedder)`)
    console.log(`${formatTable(Object.keys(result), [Object.values(result).map(formatNumber)])}\n`)
    await memory.close()
  } finally {
    await rm(folder, { recursive: true })
  }
}
