import { checkKeys, checkText, invalid } from '../checks/check-values.ts'
import { show } from '../contracts/show-value.ts'
import type { Scope } from '../contracts/record.ts'
import type { ScopeOptions } from '../memory-api.ts'

const scopeParts = ['userId', 'agentId', 'runId'] as const
/** The options that say whom a call is about. */
export const scopeOptions: readonly (keyof ScopeOptions)[] = [...scopeParts, 'scope']

/** The scope of a call inside the bound one: a part may be added, but not changed. */
export function narrowScope(bound: Scope, options: ScopeOptions): Scope {
  const given = mergeScopes(options, {})
  const scope: { -readonly [Part in keyof Scope]: Scope[Part] } = { ...bound }
  for (const part of scopeParts) {
    const value = given[part]
    if (value === undefined) continue
    checkText(value, part)
    if (bound[part] !== undefined && bound[part] !== value) {
      throw invalid(
        `${part} is ${show(value)}, but this memory is bound to ${show(bound[part])}; use another scope().`,
      )
    }
    scope[part] = value
  }
  return scope
}

/** A part that is there without a value would widen the call to everyone, where an id is missing by mistake. */
function refuseMissing(scope: ScopeOptions, prefix: string): void {
  for (const part of scopeParts) {
    const value: unknown = scope[part]
    if (part in scope && (value === null || value === undefined)) {
      throw invalid(`${prefix}${part} is ${show(value)}; leave it out to mean everyone, or name one.`)
    }
  }
}

/** For calls that concern every user. `doing` begins the message, such as 'reset removes'. */
export function refuseScope(scope: Scope, doing: string): void {
  if (!(scope.userId ?? scope.agentId ?? scope.runId)) return
  throw invalid(
    `${doing} the memories of every user; call it on the memory that was opened, not on a scope().`,
  )
}

/** Refuses a scope that names nobody. */
export function requireScope(scope: Scope, what: string): void {
  if (scope.userId === undefined && scope.agentId === undefined && scope.runId === undefined) {
    throw invalid(
      `${what} needs at least one of userId, agentId and runId, to say whose memories it is about.`,
    )
  }
}

/** The scope of a call that takes a scope and nothing else, inside the bound one. `what` names the call. */
export function namedScope(bound: Scope, scope: ScopeOptions, what: string): Scope {
  checkKeys(scope, scopeOptions, 'scope')
  const narrowed = narrowScope(bound, scope)
  requireScope(narrowed, what)
  return narrowed
}

/** The parts that are named, those of the first before those of the second. */
export function mergeScopes(first: ScopeOptions, second: ScopeOptions): Omit<ScopeOptions, 'scope'> {
  const named: { -readonly [Part in (typeof scopeParts)[number]]?: string } = {}
  for (const options of [first, second]) {
    const { scope } = options
    refuseMissing(options, '')
    if (scope !== undefined) {
      checkKeys(scope, scopeParts, 'scope')
      refuseMissing(scope, 'scope.')
    }
    for (const part of scopeParts) {
      const value = named[part] ?? options[part] ?? scope?.[part]
      if (value !== undefined) named[part] = value
    }
  }
  return named
}
