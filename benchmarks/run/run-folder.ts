import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { nameOf } from '../measured/cell.ts'
import type { CellResult, CellSpec } from '../measured/cell.ts'

/** Where all runs have their folders. */
export const runsFolder: string = join(import.meta.dirname, '../../node_modules/.agentmem/bench-runs')

/**
 * Keeps the results of cells during a run, so that an interrupted run can continue. The name of the folder is
 * made of what must be equal for that: the settings and the code.
 */
export class RunFolder {
  readonly path: string

  constructor(parent: string, settings: object, codeIdentity: string) {
    const key = createHash('sha256')
      .update(JSON.stringify([settings, codeIdentity]))
      .digest('hex')
    this.path = join(parent, key.slice(0, 16))
    mkdirSync(this.path, { recursive: true })
  }

  /** What was measured for this cell before; undefined when it was not, or when its file is not whole. */
  read(spec: CellSpec): CellResult | undefined {
    const file = this.#fileOf(spec)
    if (!existsSync(file)) return undefined
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as CellResult
    } catch {
      return undefined
    }
  }

  /** There as a whole or not at all, whenever the process is stopped. */
  write(result: CellResult): void {
    const file = this.#fileOf(result.spec)
    writeFileSync(`${file}.new`, JSON.stringify(result))
    renameSync(`${file}.new`, file)
  }

  /** Forgets everything. */
  clear(): void {
    rmSync(this.path, { recursive: true, force: true })
    mkdirSync(this.path, { recursive: true })
  }

  #fileOf(spec: CellSpec): string {
    return join(this.path, `${nameOf(spec)}.json`)
  }
}
