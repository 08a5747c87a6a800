import { Random, stepProxy } from '@agentmem/conformance'
import type { StepFault, StepProxy } from '@agentmem/conformance'
import { MemoryError } from '@agentmem/core'
import type { Memory } from '@agentmem/core'
import { makePlace } from '../../opening/own-place.ts'
import { calls } from '../every-step/calls.ts'
import type { Call } from '../every-step/calls.ts'
import { targets } from '../every-step/targets.ts'
import type { Target } from '../every-step/targets.ts'
import type { Torture } from '../fault.ts'
import { contentOf } from '../steps.ts'

/** By far longer than a call may take with the limits of the targets. */
const patienceMs = 30_000
/** The limit of a statement that makes tables, in milliseconds. */
const longMs = 30_000
/** How often a call is made that a busy machine may make late. What holds it up for good does so each time. */
const mostTries = 6

/**
 * Makes each call once for each message of its conversation, with a fault at that message, in each direction, and looks
 * at what it has left. `most`: how many faults of each call are done, chosen at random.
 */
export async function faultEveryStep(torture: Torture, name: string, most = Infinity): Promise<void> {
  const waiting = Object.keys(calls).map(call => ({
    call,
    random: new Random(torture.random.below(2 ** 31)),
  }))
  // The calls do not see each other: most of the time of each is spent in waiting.
  const lane = (): Promise<void> => faultCalls(torture, name, waiting, most)
  await Promise.all([lane(), lane(), lane()])
}

interface WaitingCall {
  readonly call: string
  readonly random: Random
}

/** Takes calls of those that wait until there are none. */
async function faultCalls(
  torture: Torture,
  name: string,
  waiting: WaitingCall[],
  most: number,
): Promise<void> {
  const { tally, urls, say } = torture
  const target = targets[name]
  if (!target) throw new Error(`Nothing called '${name}' is reached over TCP.`)
  const place = await makePlace(target.server ? [target.server] : [], urls)
  const behind = await target.start(place)
  const proxy = await stepProxy(behind.url, target.protocol)
  // The tables are made once, by one that has all the time that it needs.
  await (await target.open(behind.url, longMs)).close()
  const memory = await patiently(() => target.open(proxy.url))
  try {
    const run = new EveryStep(torture, { name, target, proxy, memory })
    const figures: string[] = []
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const callName = next.call
      const call = calls[callName] as Call
      const all = faultsOf(await run.countMessages(call))
      const chosen = most === Infinity ? all : next.random.shuffle(all).slice(0, most)
      for (const fault of chosen) await run.make(callName, call, fault)
      figures.push(`${callName} ${chosen.length} of ${all.length}`)
    }
    proxy.arm()
    const { ok } = await memory.verify()
    if (!ok) tally.wrong('lost', `${name}: the index does not agree with the store`)
    say(`${name}, faults at messages: ${figures.join(', ')}`)
    await memory.close()
  } finally {
    await proxy.close()
    await behind.stop()
    await place.remove()
  }
}

/** Every fault at every one of these messages. */
function faultsOf(messages: StepProxy['messages']): StepFault[] {
  return (['sent', 'answered'] as const).flatMap(direction =>
    Array.from({ length: messages[direction] }, (_, n) => n + 1).flatMap(message =>
      (['cut', 'halfClose', 'stall'] as const).flatMap(kind =>
        (['before', 'within', 'after'] as const).map(moment => ({ direction, message, kind, moment })),
      ),
    ),
  )
}

interface Parts {
  readonly name: string
  readonly target: Target
  readonly proxy: StepProxy
  readonly memory: Memory
}

class EveryStep {
  readonly #torture: Torture
  readonly #parts: Parts
  #users = 0

  constructor(torture: Torture, parts: Parts) {
    this.#torture = torture
    this.#parts = parts
  }

  /** How many messages the call takes, once all is prepared for it. */
  async countMessages(call: Call): Promise<StepProxy['messages']> {
    const { proxy, memory } = this.#parts
    // The first of a kind is prepared by the server.
    for (let n = 0; n < 2; n++) {
      const { user, ids } = await this.#prepare()
      proxy.arm()
      await patiently(() => call.run(memory, user, ids))
    }
    return { ...proxy.messages }
  }

  async make(callName: string, call: Call, fault: StepFault): Promise<void> {
    const { tally } = this.#torture
    const { name, target, proxy, memory } = this.#parts
    const where = `${name}, ${callName}, ${fault.kind} ${fault.moment} message ${fault.message} ${fault.direction}`
    const { user, ids, contents } = await this.#prepare()
    proxy.arm(fault)
    const outcome = await endOf(call.run(memory, user, ids))
    tally.add('inputs')
    tally.add('cuts', proxy.isDone ? 1 : 0)
    if (outcome === 'hung') tally.wrong('hung', where)
    const error = typeof outcome === 'object' ? outcome.error : undefined
    if (error !== undefined && !MemoryError.is(error)) tally.wrong('untyped', `${where}: ${String(error)}`)
    if (error !== undefined && target.neverFails) tally.wrong('lost', `${where}: ${String(error)}`)
    // The next call finds a connection that works, and is held up by nothing that was given up.
    const behind = { id: `${user} next`, content: `Behind ${user}.` }
    const next = await endOf(patiently(() => memory.add(behind, { userId: `${user} next` })))
    if (next !== 'done')
      tally.wrong('hung', `${where}: the next call is ${next === 'hung' ? next : String(next.error)}`)
    proxy.endStalled()
    const listed = await patiently(() => Array.fromAsync(memory.list({ userId: user })))
    const found = listed.map(item => item.memory)
    const after = call.after?.(contents) ?? contents
    const isAfter = isSame(found, after)
    const allowed = error === undefined ? [after] : [contents, after, call.between?.(contents) ?? after]
    if (!allowed.some(each => isSame(found, each)))
      tally.wrong(
        found.length < Math.min(contents.length, after.length) ? 'lost' : 'halfWritten',
        `${where}: ${error === undefined ? 'acknowledged' : String(error)}, and there is ${JSON.stringify(found)}`,
      )
    if (MemoryError.is(error) && error.retryable && call.after && isAfter)
      tally.wrong('repeated', `${where}: was done, and says to be tried again: ${error.message}`)
    const entries = (await patiently(() => memory.history(ids[0] ?? ''))).length
    if (entries !== (isAfter ? (call.historyAfter ?? 1) : 1))
      tally.wrong('repeated', `${where}: ${entries} entries in the history`)
  }

  /** A new user with three memories. */
  async #prepare(): Promise<{ user: string; ids: string[]; contents: string[] }> {
    const { proxy, memory } = this.#parts
    proxy.arm()
    const user = `u${this.#users++}`
    const ids = [0, 1, 2].map(n => `${user}/${n}`)
    const contents = ids.map(id => contentOf(id))
    const inputs = ids.map((id, n) => ({ id, content: contents[n] ?? '' }))
    await patiently(() => memory.addBatch(inputs, { userId: user }))
    return { user, ids, contents }
  }
}

/** Makes a call again while its error says that it may be. */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call()
    } catch (error) {
      if (attempt === mostTries || !MemoryError.is(error) || !error.retryable) throw error
    }
  }
}

async function endOf(call: Promise<unknown>): Promise<'done' | 'hung' | { readonly error: unknown }> {
  let timer: NodeJS.Timeout | undefined
  const hung = new Promise<'hung'>(resolve => (timer = setTimeout(() => resolve('hung'), patienceMs)))
  try {
    return await Promise.race([
      call.then(
        () => 'done' as const,
        (error: unknown) => ({ error }),
      ),
      hung,
    ])
  } finally {
    clearTimeout(timer)
  }
}

function isSame(found: readonly string[], wanted: readonly string[]): boolean {
  return JSON.stringify(found.toSorted()) === JSON.stringify(wanted.toSorted())
}
