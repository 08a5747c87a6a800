import { MemoryError } from '@agentmem/core/adapter'
import type { ModelCall } from '../models/local-model.ts'
import { ModelService } from './model-service.ts'
import { describeError } from './protocol.ts'
import type { FromChild, ToChild } from './protocol.ts'

// The program of the child process: it runs the model and ends when its parent closes the channel or dies.
let service: ModelService | undefined
const running = new Map<number, AbortController>()

process.on('disconnect', () => process.exit())
// A terminal sends Ctrl-C to this process as well; whether the work is stopped is the parent's to decide.
process.on('SIGINT', () => undefined)

process.on('message', (message: ToChild) => {
  switch (message.kind) {
    case 'open':
      service = new ModelService(message.settings, {
        onDownload: bytes => send({ kind: 'download', bytes }),
        onWarning: text => send({ kind: 'warning', message: text }),
      })
      return
    case 'run':
      void run(message.seq, message.call)
      return
    case 'abort':
      running.get(message.seq)?.abort()
      return
    default:
      throw new TypeError(`There is no message ${JSON.stringify(message satisfies never)}.`)
  }
})

async function run(seq: number, call: ModelCall): Promise<void> {
  const stop = new AbortController()
  running.set(seq, stop)
  try {
    await service?.run(call, given => send({ kind: 'run', seq, run: given }), stop.signal)
    send({ kind: 'done', seq })
  } catch (error) {
    send({ kind: 'failed', seq, error: describeError(MemoryError.from(error, 'The model failed')) })
  } finally {
    running.delete(seq)
  }
}

function send(message: FromChild): void {
  // Without its parent this process has nobody to send to.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
}
