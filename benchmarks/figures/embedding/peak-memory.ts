import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

import { fixtureTexts } from '../../../packages/fastembed/test/fixture/fixture-texts.ts'
import { contenders, stockTexts } from './contenders.ts'

const [name, folder] = process.argv.slice(2)
if (import.meta.filename === process.argv[1] && name !== undefined && folder !== undefined) {
  const contender = await contenders[name]?.(folder)
  const count = name.startsWith('fastembed') ? stockTexts : 1_000
  await contender?.embed(fixtureTexts(count))
  const child = contender?.processId()
  console.log(peakOf('self') + (child === undefined ? 0 : peakOf(child)))
  await contender?.close()
}

/**
 * Megabytes that a contender takes at most, in a fresh process: this process and the one its model runs in
 * together, the programs' own 60 MB each included.
 */
export function peakMemory(contender: string, modelFolder: string): number {
  const { stdout } = spawnSync(
    process.execPath,
    [...process.execArgv, import.meta.filename, contender, modelFolder],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  return Number(stdout)
}

/** Linux alone tells it of another process, and the maxRSS of a process begins with that of its parent. */
function peakOf(processId: number | 'self'): number {
  if (process.platform !== 'linux') return Number.NaN
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${processId}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1_024
}
