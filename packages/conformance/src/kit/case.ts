/** One implementation, set up for one case. */
export interface Setup<Part> {
  /** Empty, and open. */
  readonly part: Part
  /**
   * Opens the same data once more: after `part` was closed, or beside it. Required for a part that declares
   * `supports.durable`, `supports.multiProcess` or `supports.shared`. The case closes what it opens.
   */
  readonly openAgain?: (() => Promise<Part>) | undefined
  /**
   * Breaks the backend under the open part, such as by closing the driver's connection, so that every
   * later call of the driver fails.
   */
  readonly breakBackend?: (() => Promise<void>) | undefined
  /**
   * Makes the backend take everything and answer nothing from now on, as a server does whose network is gone: see
   * `silentProxy`. What waits for it must not keep `teardown` waiting.
   */
  readonly silenceBackend?: (() => Promise<void>) | undefined
  /** Closes the part if it is still open, and removes its data. */
  readonly teardown: () => Promise<void>
}

/** Makes a fresh part for one case. */
export type Harness<Part> = () => Promise<Setup<Part>>

/** Something that an implementation must do, whatever its backend. */
export interface Case<Part> {
  /** What the case is about; cases of one group stand together. */
  readonly group: string
  /** What the case shows, as a sentence. Unique in its group. */
  readonly name: string
  /** Why the case says nothing about this part, from what the part declares; undefined when it applies. */
  readonly unless?: ((setup: Setup<Part>) => string | undefined) | undefined
  readonly run: (part: Part, setup: Setup<Part>) => Promise<void>
}

/** Runs one case on a fresh part. Rejects when it fails; returns the reason when it does not apply. */
export async function runCase<Part>(
  { unless, run }: Case<Part>,
  harness: Harness<Part>,
): Promise<string | undefined> {
  const setup = await harness()
  let reason: string | undefined
  try {
    reason = unless?.(setup)
    if (reason === undefined) await run(setup.part, setup)
  } catch (error) {
    // What failed first is the finding; a teardown that fails after it is not.
    await Promise.allSettled([setup.teardown()])
    throw error
  }
  await setup.teardown()
  return reason
}

/** The cases of one group, each under the sentence it shows. */
export function casesOf<Part>(
  group: string,
  cases: Readonly<Record<string, Case<Part>['run'] | Omit<Case<Part>, 'group' | 'name'>>>,
): readonly Case<Part>[] {
  return Object.entries(cases).map(([name, given]) =>
    typeof given === 'function' ? { group, name, run: given } : { group, name, ...given },
  )
}
