import type { Random } from '@agentmem/conformance'
import type { Memory } from '@agentmem/core'

/** A call that changes memories. Ids are the caller's, so that it may be made again when its reply was lost. */
export type Step =
  | { readonly do: 'add'; readonly user: string; readonly ids: readonly string[] }
  | { readonly do: 'update'; readonly user: string; readonly ids: readonly string[]; readonly to: number }
  | { readonly do: 'delete'; readonly user: string; readonly ids: readonly string[] }
  | { readonly do: 'forget'; readonly user: string }

/** What the memories of a user say, by id. */
export type Contents = ReadonlyMap<string, string>

/** No two contents share their telling word. */
export function contentOf(id: string, change = 0): string {
  return `noted${id.replaceAll(/[^a-z0-9]/g, '')}v${change} of ${id}, changed ${change} times`
}

/** The memories of its user after a step. */
export function after(contents: Contents, step: Step): Contents {
  const changed = new Map(contents)
  if (step.do === 'forget') changed.clear()
  else
    for (const id of step.ids) {
      if (step.do === 'add') changed.set(id, contentOf(id))
      else if (step.do === 'delete') changed.delete(id)
      else if (changed.has(id)) changed.set(id, contentOf(id, step.to))
    }
  return changed
}

/** A step at random for one user. `fresh` gives an id that was not there before. */
export function randomStep(random: Random, user: string, contents: Contents, fresh: () => string): Step {
  const ids = random.shuffle([...contents.keys()]).slice(0, 1 + random.below(8))
  const dice = random.next()
  if (ids.length < 3 || dice < 0.5)
    return { do: 'add', user, ids: Array.from({ length: 1 + random.below(12) }, fresh) }
  if (dice < 0.75) return { do: 'update', user, ids, to: 1 + random.below(1_000) }
  if (dice < 0.97) return { do: 'delete', user, ids }
  return { do: 'forget', user }
}

/** Makes the call. */
export async function perform(memory: Memory, step: Step, signal?: AbortSignal): Promise<void> {
  const options = { signal }
  switch (step.do) {
    case 'add': {
      const inputs = step.ids.map(id => ({ id, content: contentOf(id) }))
      await memory.addBatch(inputs, { userId: step.user, ...options })
      break
    }
    case 'update':
      await memory.updateBatch(
        step.ids.map(id => ({ id, content: contentOf(id, step.to) })),
        options,
      )
      break
    case 'delete':
      await memory.deleteBatch(step.ids, options)
      break
    case 'forget':
      await memory.deleteAll({ userId: step.user }, options)
      break
  }
}
