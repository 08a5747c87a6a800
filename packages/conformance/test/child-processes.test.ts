import { deepEqual, equal, match } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { describe, it } from 'vitest'
// The processes run what is compiled.
import { childStore, writeBatches } from '@agentmem/conformance'

const module = import.meta.resolve('./open-parts.ts')
const opening = { module, open: 'openMapStore', options: { name: 'expected' } }

async function messagesOf(child: ChildProcess, task: object): Promise<{ told: unknown[]; code: unknown }> {
  const told: unknown[] = []
  child.on('message', message => {
    told.push(message)
    if (message === 'ready') child.send(task)
  })
  const [[code]] = await Promise.all([once(child, 'exit'), once(child, 'disconnect')])
  return { told, code: code as unknown }
}

describe('childStore', () => {
  it('opens the Store with its options when it gets the task, and says which batches it has put', async () => {
    const { told, code } = await messagesOf(childStore(opening), { batches: 3, name: 'a' })
    equal(told[0], 'ready')
    deepEqual(new Set(told.slice(1)), new Set([0, 1, 2]))
    equal(code, 0)
  })

  it('says how many memories there are when there is nothing to write', async () => {
    const { told, code } = await messagesOf(childStore(opening), { batches: 0, name: '' })
    deepEqual([told, code], [['ready', 0], 0])
  })
})

describe('writeBatches', () => {
  it('puts the parts together, and prints the numbers of the batches that it has written until it is killed', async () => {
    const options = { dimensions: 16 }
    const child = writeBatches({ module, open: 'openParts', options, first: 5, batchSize: 6, follower: {} })
    let output = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.includes('7\n')) child.kill('SIGKILL')
    })
    const [, signal] = await once(child, 'close')
    equal(signal, 'SIGKILL')
    match(output, /^open\n5\n6\n7\n/)
  })
})

describe('an opening', () => {
  it('of a function that does not exist ends the process with an error that names it', async () => {
    // childStore hands its standard error output on, so a process between the two reads it.
    const code = `
      import { childStore } from '@agentmem/conformance'
      childStore(${JSON.stringify({ ...opening, open: 'openNothing' })}).on('exit', code => process.exit(code))`
    const args = ['--input-type=module', '--eval', code]
    const parent = spawn(process.execPath, args, {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'inherit', 'pipe'],
    })
    let errors = ''
    parent.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
    deepEqual((await once(parent, 'close'))[0], 1)
    match(errors, /open-parts\.ts exports no function 'openNothing'/)
  })
})
