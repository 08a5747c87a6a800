import { computed, signal } from '@preact/signals'
import type { ReadonlySignal, Signal } from '@preact/signals'
import type { Condition, WhereJson } from '../filter/where-of.ts'
import { isComplete, whereOf } from '../filter/where-of.ts'

/** A part of a scope. */
export type ScopePart = 'userId' | 'agentId' | 'runId'

/** The parts that were chosen. */
export type ChosenScope = Readonly<Partial<Record<ScopePart, string>>>

/** The parts, with what they are called. */
export const scopeParts: readonly (readonly [part: ScopePart, one: string, many: string])[] = [
  ['userId', 'user', 'Users'],
  ['agentId', 'agent', 'Agents'],
  ['runId', 'run', 'Runs'],
]

/** Whose memories are shown; {}: everybody's, by their last changes. */
export const scope: Signal<ChosenScope> = signal({})
/** What the list of scopes lists. */
export const scopesBy: Signal<ScopePart> = signal('userId')
/** What is searched for; '': the newest are listed. */
export const query: Signal<string> = signal('')
/** How; '': as the memory does it by itself. */
export const mode: Signal<'' | 'hybrid' | 'vector' | 'text'> = signal('')
/** Which memories beside those in force. */
export const shown: Signal<'current' | 'superseded' | 'deleted'> = signal('current')
/** The lines of the filter. */
export const conditions: Signal<readonly Condition[]> = signal([])
/** Whether all of them must hold, or one. */
export const join: Signal<'and' | 'or'> = signal('and')

/** Whether anybody was chosen: only then is there a list to filter and search. */
export const isScoped: ReadonlySignal<boolean> = computed(() => Object.keys(scope.value).length > 0)
/** The filter; undefined for none. */
export const where: ReadonlySignal<WhereJson | undefined> = computed(() =>
  whereOf(conditions.value, join.value),
)
/** Lines that mean nothing yet. */
export const incomplete: ReadonlySignal<number> = computed(
  () => conditions.value.filter(line => !isComplete(line)).length,
)

/** Which memories a call is about. */
export interface Reading {
  readonly scope: ChosenScope
  readonly where?: WhereJson
  readonly superseded?: true
  readonly deleted?: true
}

/** What every call that reads the chosen memories is given. */
export const reading: ReadonlySignal<Reading> = computed(() => ({
  scope: scope.value,
  ...(where.value && { where: where.value }),
  ...(shown.value === 'superseded' && { superseded: true as const }),
  ...(shown.value === 'deleted' && { deleted: true as const }),
}))

/** Narrows the scope by a part, or takes the part out of it. */
export function choose(part: ScopePart, value: string | undefined): void {
  const { [part]: _old, ...others } = scope.value
  scope.value = value === undefined ? others : { ...others, [part]: value }
}
