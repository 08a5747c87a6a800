import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { PeerAnswer } from '../peers/peer-task.ts'
import { spawnTask } from './spawn-task.ts'
import type { Failure } from './spawn-task.ts'

export interface KillResult {
  readonly acknowledged: number
  readonly found: number
}

/**
 * Kills the process of a library (SIGKILL) once it has acknowledged `least` memories, between two of its adds or amid one, and
 * counts in a fresh process which of them are found.
 */
export async function killPeer(
  program: string,
  use: number,
  least: number,
  timeoutMs: number,
): Promise<KillResult | Failure> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmem-kill-'))
  try {
    const acknowledged = await acknowledgedUntilKilled(
      program,
      { job: 'fill', use, folder },
      least,
      timeoutMs,
    )
    if (typeof acknowledged !== 'number') return acknowledged
    const task = { job: 'recount', use, folder, acknowledged }
    const answer = await spawnTask<PeerAnswer>(program, task, timeoutMs)
    if ('found' in answer) return { acknowledged, found: answer.found }
    return { error: 'error' in answer ? answer.error : 'no answer' }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function acknowledgedUntilKilled(
  program: string,
  task: object,
  least: number,
  timeoutMs: number,
): Promise<number | Failure> {
  return new Promise(resolve => {
    const child = fork(program, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    let acknowledged = 0
    let failure: Failure | undefined
    const kill = (): void => void child.kill('SIGKILL')
    const timer = setTimeout(() => {
      failure = { error: `${acknowledged} memories were acknowledged within ${timeoutMs / 1_000} s.` }
      kill()
    }, timeoutMs)
    child.on('message', message => {
      const said = message as { acknowledged: number } | Failure
      if ('error' in said) failure = said
      else acknowledged = said.acknowledged
      if (failure || acknowledged >= least) kill()
    })
    child.on('close', () => {
      clearTimeout(timer)
      resolve(failure ?? acknowledged)
    })
    child.send(task)
  })
}
