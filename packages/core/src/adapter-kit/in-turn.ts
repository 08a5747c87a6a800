/** Runs work when all that it was given earlier is done, whether well or not. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>

/** A queue of its own: one piece of work at a time, in the order in which it came. */
export function inTurn(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return work => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }
}
