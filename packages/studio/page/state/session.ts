import { signal } from '@preact/signals'
import type { Signal } from '@preact/signals'
import type { About } from '../../src/answers.ts'
import { call, CallError, enter } from './call.ts'

/** What is shown around everything else; undefined until the door is open. */
export const about: Signal<About | undefined> = signal(undefined)

/** Why nothing is shown; undefined: something is. */
export const locked: Signal<string | undefined> = signal(undefined)

/** The page that is shown. */
export const view: Signal<'memories' | 'health'> = signal('memories')

/** Something to be told. */
export interface Said {
  readonly text: string
  /** Undoes it, where that can be done. */
  readonly undo?: (() => void) | undefined
}

/** What has just been done, or went wrong: said once, and to those who listen too. */
export const notice: Signal<Said | undefined> = signal(undefined)

/** Shows that the studio takes this page for nobody it knows. */
export function lock(): void {
  locked.value = 'This page has no token, or an old one. Open the URL that `agentmem studio` has printed.'
}

/** Opens the door. Returns whether it is open. */
export async function begin(): Promise<boolean> {
  try {
    await enter()
    about.value = await call<About>('about')
    return true
  } catch (error) {
    if (error instanceof CallError && error.status === 401) lock()
    else locked.value = error instanceof Error ? error.message : String(error)
    return false
  }
}
