import type { MemoryInput, Metadata } from '@agentmem/core'
import { text as readAll } from 'node:stream/consumers'
import { exitCodes, requireScope, scopeOptions } from '../command.ts'
import type { Command } from '../command.ts'
import { withMemory } from '../with-memory.ts'

export const addCommand: Command = {
  name: 'add',
  summary: 'store one memory',
  operands: { usage: 'TEXT', least: 1, most: Infinity },
  options: {
    ...scopeOptions,
    user: { value: 'ID', about: 'whose memory it is' },
    agent: { value: 'ID', about: 'the agent that it is about' },
    run: { value: 'ID', about: 'the conversation that it is of' },
    metadata: { value: 'JSON', about: 'an object of facts to filter by' },
    type: { value: 'NAME', about: "default 'episodic'" },
    importance: { value: 'N', about: '0 to 1; default 0.5' },
    role: { value: 'NAME', about: 'who said it: user, assistant, ...' },
    actor: { value: 'NAME', about: 'the name of who said it' },
    'created-at': { value: 'TIME', about: 'ISO 8601; default now' },
    'expires-at': { value: 'TIME', about: 'no call returns it after that; default never' },
    dedupe: { about: 'keep what is there when the scope has this text already' },
  },
  details: ['The words of TEXT are joined by spaces; `-` reads it from stdin. Prints the id of the memory.'],
  examples: [
    ['agentmem add Ada drinks green tea --user ada', 'one fact about ada'],
    [`agentmem add 'Moved to Porto' --user ada --metadata '{"topic": "home"}'`, 'with a fact to filter by'],
    ['git log -1 --format=%B | agentmem add - --run agentmem', 'from another program'],
  ],
  async run(session) {
    const { args, operands, terminal, signal } = session
    const scope = requireScope(args, 'add')
    const metadata = args.json('metadata')
    const said: Omit<MemoryInput, 'content'> = {
      metadata: metadata as Metadata | undefined,
      type: args.text('type'),
      importance: args.number('importance'),
      role: args.text('role'),
      actorId: args.text('actor'),
      createdAt: args.text('created-at'),
      expiresAt: args.text('expires-at'),
    }
    const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
    const content = operands.join(' ') === '-' ? await readAll(process.stdin) : operands.join(' ')
    return withMemory(session, { mustExist: false }, async ({ memory }) => {
      const dedupe = args.flag('dedupe')
      const answer = await memory.add({ content: content.trimEnd(), ...scope, ...given }, { dedupe, signal })
      const [added] = answer.results
      terminal.result(`${added?.id}${added?.event === 'NONE' ? '  (was there already)' : ''}`, answer)
      return exitCodes.ok
    })
  },
}
