import { workerData } from 'node:worker_threads'

import { MemoryError } from '../contracts/errors.ts'

/** What threads share to say that native code runs. Its numbers: 1 when none may begin; how many calls run. */
export type NativeGate = Int32Array<SharedArrayBuffer>

const closed = 0
const running = 1
/** A native call is short; this bounds the wait for one that is not. */
const longestWaitMs = 5_000

/** The gate of the thread that this is, when a `WorkerThread` started it. */
const ownGate = (workerData as { readonly nativeGate?: NativeGate } | null)?.nativeGate

/** The gates that this thread made. */
const gates = new Set<NativeGate>()

/**
 * Runs native code in a worker thread so that neither the end of the process nor that of the thread comes in its
 * middle: an addon that finds its thread gone aborts the process (exit code 134). The call should take some
 * milliseconds, since the process waits for it, five seconds at most. Throws `CLOSED` once the thread is to end. Outside
 * of a `WorkerThread` it only calls.
 */
export function nativeCall<T>(call: () => T): T {
  if (!ownGate) return call()
  Atomics.add(ownGate, running, 1)
  try {
    if (Atomics.load(ownGate, closed) === 1) throw new MemoryError('CLOSED', 'The thread is about to end.')
    return call()
  } finally {
    Atomics.sub(ownGate, running, 1)
    Atomics.notify(ownGate, running)
  }
}

/**
 * The gate for a new thread. A thread that a `WorkerThread` started shares its own with those that it starts, since
 * only the thread at the top is told that the process exits.
 */
export function openGate(): NativeGate {
  if (ownGate) return ownGate
  if (gates.size === 0) process.on('exit', closeAllGates)
  const gate = new Int32Array(new SharedArrayBuffer(8))
  gates.add(gate)
  return gate
}

/** Lets no further call begin and waits for those that run. A gate that came from another thread stays open. */
export async function closeGate(gate: NativeGate): Promise<void> {
  if (gate === ownGate) return
  Atomics.store(gate, closed, 1)
  const deadline = performance.now() + longestWaitMs
  for (let calls; (calls = Atomics.load(gate, running)) > 0 && performance.now() < deadline;) {
    await Atomics.waitAsync(gate, running, calls, deadline - performance.now()).value
  }
  gates.delete(gate)
  if (gates.size === 0) process.off('exit', closeAllGates)
}

function closeAllGates(): void {
  for (const gate of gates) Atomics.store(gate, closed, 1)
  const deadline = performance.now() + longestWaitMs
  for (const gate of gates) {
    for (let calls; (calls = Atomics.load(gate, running)) > 0 && performance.now() < deadline;) {
      Atomics.wait(gate, running, calls, deadline - performance.now())
    }
  }
}
