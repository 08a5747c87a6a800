import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, release, tmpdir, totalmem, type } from 'node:os'
import { join } from 'node:path'

import type { Environment } from '../measured/environment.ts'
import { diskSyncTime } from './disk-sync.ts'

const root = join(import.meta.dirname, '../..')

export function readEnvironment(): Environment {
  const folder = mkdtempSync(join(tmpdir(), 'agentmem-'))
  const diskSyncMs = diskSyncTime(folder)
  rmSync(folder, { recursive: true })
  const { sha, changes } = codeState()
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    diskSyncMs: Number(diskSyncMs.toPrecision(3)),
    kernel: `${type()} ${release()}`,
    node: process.version,
    gitSha: sha,
    gitDirty: changes !== '',
    lockfileHash: createHash('sha256')
      .update(readFileSync(join(root, 'pnpm-lock.yaml')))
      .digest('hex'),
  }
}

/** Names the code as it stands: two runs with the same name have run the same code. */
export function codeIdentity(): string {
  const { sha, changes } = codeState()
  return createHash('sha256').update(`${sha}\n${changes}`).digest('hex')
}

/** The commit and what differs from it; reports that were written meanwhile are no change of the code. */
function codeState(): { readonly sha: string; readonly changes: string } {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 }).trim()
  if (!existsSync(join(root, '.git'))) return { sha: 'unknown', changes: '' }
  const rest = ['--', '.', ':!benchmarks/results', ':!*.md']
  const untracked = git('ls-files', '--others', '--exclude-standard', '-z', ...rest).split('\0')
  return {
    sha: git('rev-parse', 'HEAD'),
    changes: [git('diff', 'HEAD', ...rest), ...untracked.filter(name => name !== '').map(nameWithHash)]
      .join('\n')
      .trim(),
  }
}

/** Of a file that no commit has yet, which may be gone by now. */
function nameWithHash(name: string): string {
  const path = join(root, name)
  const isFile = lstatSync(path, { throwIfNoEntry: false })?.isFile()
  return isFile ? `${name} ${createHash('sha256').update(readFileSync(path)).digest('hex')}` : name
}
