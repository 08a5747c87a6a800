// The process that `inferUntilKilled` starts: `node infer-until-killed-script.js WRITING`.
import { writeSync } from 'node:fs'
import { Memory, RuleExtractor } from '@agentmem/core'
import type { Store } from '@agentmem/core/adapter'
import type { InferWriting } from './infer-writing.ts'
import { openerOf } from './opening.ts'

const { writer, ...opening } = JSON.parse(process.argv[2] ?? '') as InferWriting
const open = await openerOf(opening)
const store = (await open()) as Store
const infer = { settleMs: 5, windowMessages: 10 }
const memory = await Memory.open({ store, extractor: new RuleExtractor(), infer })
writeSync(1, 'open\n')
for (let n = 0; ; n++) {
  const messages = [1, 2, 3].map(m => ({ role: 'user', content: `I own item ${writer} ${n} ${m}.` }))
  const wait = n % 3 === 0 ? 'done' : 'stored'
  await memory.addBatch(messages, { userId: 'ana', infer: true, wait })
  writeSync(1, `${n}\n`)
  if (n % 5 === 0) await memory.process()
}
