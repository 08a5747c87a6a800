import { once } from 'node:events'
import { exitCodes, scopeOptions, within } from '../command.ts'
import type { Command } from '../command.ts'
import { withMemory } from '../with-memory.ts'

const largestPort = 65_535

export const studioCommand: Command = {
  name: 'studio',
  summary: 'serve a page on this machine that shows the memories',
  operands: { usage: '', least: 0, most: 0 },
  options: {
    ...scopeOptions,
    port: { value: 'N', about: 'the port of 127.0.0.1; default a free one' },
    'read-only': { about: 'the page changes no memory' },
  },
  details: [
    'Prints the URL to open. It has a token that is new each time: whoever knows it reads, and without --read-only',
    'deletes. Ctrl-C ends the command. Over SSH forward the port, as with --port 4983 and',
    '`ssh -L 4983:127.0.0.1:4983 HOST`.',
  ],
  examples: [
    ['agentmem studio', 'of ./agentmem.db'],
    ['agentmem studio --store postgres://host/db --read-only', 'of a server, to look only'],
    ['agentmem studio --user ada --port 4983', 'of ada alone, at a port of your choice'],
  ],
  async run(session) {
    const { args, terminal, signal } = session
    const port = args.count('port', largestPort)
    return withMemory(session, { mustExist: true }, async ({ memory, urls, redact }) => {
      // No other command waits for the page to be loaded.
      const { openStudio } = await import('@agentmem/studio')
      await using studio = await openStudio({
        memory: within(memory, args),
        port,
        readOnly: args.flag('read-only'),
        label: urls.store,
        redact,
      })
      terminal.result(studio.url, { url: studio.url })
      if (!terminal.json) terminal.note('Open it in a browser; Ctrl-C ends it.')
      if (!signal.aborted) await once(signal, 'abort')
      return exitCodes.ok
    })
  },
}
