import type { Memory } from '@agentmem/core'
import type { Tally } from './figures.ts'
import { after } from './steps.ts'
import type { Contents, Step } from './steps.ts'

const none: Contents = new Map()

/** What the memories of some users must be, by what was acknowledged. */
export class Model {
  readonly #byUser = new Map<string, Contents>()
  /** Steps whose outcome is not known: the process was killed, or was told nothing. */
  readonly #open = new Map<string, Step>()

  get users(): string[] {
    return [...new Set([...this.#byUser.keys(), ...this.#open.keys()])]
  }

  contentsOf(user: string): Contents {
    return this.#byUser.get(user) ?? none
  }

  /** These memories are there. */
  know(user: string, contents: Contents): void {
    this.#byUser.set(user, contents)
  }

  /** What is known of a user, as it travels to another process. */
  get known(): [string, [string, string][]][] {
    return [...this.#byUser].map(([user, contents]) => [user, [...contents]])
  }

  begin(step: Step): void {
    this.#open.set(step.user, step)
  }

  /** The step of this user was acknowledged. */
  end(user: string): void {
    const step = this.#open.get(user)
    if (step) this.#byUser.set(user, after(this.contentsOf(user), step))
    this.#open.delete(user)
  }

  /** A step of this user failed, and has left these memories, as the one that made it has seen. */
  settleAs(user: string, contents: Contents): void {
    this.#open.delete(user)
    this.#byUser.set(user, contents)
  }

  /** Compares a user's memories with what must be there, and goes on from what is. */
  async settle(user: string, memory: Memory, tally: Tally, where: string): Promise<void> {
    const found = new Map<string, string>()
    for await (const { id, memory: content } of memory.list({ userId: user })) {
      if (!id.startsWith(`${user}/`)) tally.wrong('leaked', `${where}: ${user} was shown ${id}`)
      found.set(id, content)
    }
    tally.add('inputs')
    const before = this.contentsOf(user)
    const step = this.#open.get(user)
    const done = step && after(before, step)
    this.#open.delete(user)
    this.#byUser.set(user, found)
    if (isSame(found, before) || (done && isSame(found, done))) return
    const gone = [...before.keys()].filter(id => !found.has(id) && (done?.has(id) ?? true))
    const extra = [...found.keys()].filter(id => !before.has(id) && !done?.has(id))
    const what = `${where}: ${user} has ${found.size} of ${before.size}, after ${JSON.stringify(step)}`
    tally.wrong(
      gone.length > 0 ? 'lost' : 'halfWritten',
      `${what}; gone: ${gone.slice(0, 3).join()}; too many: ${extra.slice(0, 3).join()}`,
    )
  }

  /** Compares all users, searches for some of what they have, and verifies the index. */
  async check(memory: Memory, tally: Tally, where: string): Promise<void> {
    for (const user of this.users) await this.settle(user, memory, tally, where)
    for (const user of this.users) {
      const contents = [...this.contentsOf(user).values()].slice(-6)
      for (const mode of ['vector', 'text'] as const) {
        const queries = contents.map(query => ({ query, userId: user, mode, topK: 3, context: false }))
        const answers = await memory.searchBatch(queries)
        tally.add('inputs', queries.length)
        answers.forEach(({ results }, i) => {
          const other = results.find(({ id }) => !id.startsWith(`${user}/`))
          if (other) tally.wrong('leaked', `${where}: a search of ${user} found ${other.id}`)
          if (!results.some(hit => hit.memory === contents[i]))
            tally.wrong('lost', `${where}: not found by ${mode}: ${contents[i]}`)
        })
      }
    }
    const { ok, missing, different, orphans } = await memory.verify()
    if (!ok)
      tally.wrong(
        'lost',
        `${where}: the index lacks ${missing.length}, has ${different.length} others and ${orphans} too many`,
      )
  }
}

function isSame(a: Contents, b: Contents): boolean {
  return a.size === b.size && [...a].every(([id, content]) => b.get(id) === content)
}
