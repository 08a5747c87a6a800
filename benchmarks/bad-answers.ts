/**
 * What becomes of messages when a model answers badly, or its facts cannot be stored: ours beside mem0ai, on one server that answers by a script. Calls, tokens
 * of what was sent (o200k), what the caller was told, and how many messages a search still finds. No model is asked: this says
 * nothing of how well one extracts. `npm run bench:peers` installs mem0ai; without it its rows are left out.
 *
 *   node benchmarks/bad-answers.ts
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ModelScript, modelServer } from '@agentmem/conformance'
import type { ScriptedAnswer } from '@agentmem/conformance'

import { countO200k } from './inference/count-o200k.ts'
import type { Feed } from './inference/fed.ts'
import { feedAgentmem } from './inference/feed-agentmem.ts'
import { formatTable } from './terminal/format-table.ts'

const messages = Array.from(
  { length: 10 },
  (_, n) => `Ana keeps her lantern number ${n} in the cellar of house ${n}.`,
)
/** What a model says well, as each library asks for it, and the database then fails to store. */
const fact = { text: messages[0], sources: [0] }
const fullDisk = 'well; disk full'
/** More than any of them asks for ten messages. */
const most = 200

const kinds: Readonly<Record<string, ScriptedAnswer>> = {
  malformed: { says: '{"facts": [{"text": "Ana keeps' },
  'no JSON': { says: 'Here is what I found: nothing special.' },
  'cut off': { says: '{"facts": [{"text": "Ana', finish: 'length' },
  refusal: { says: '', finish: 'refused' },
  'status 500': { fails: 500 },
  [fullDisk]: { says: JSON.stringify({ facts: [fact], memory: [fact] }) },
}

const libraries: [string, Feed][] = [['agentmem', feedAgentmem]]
try {
  // Not installed with the workspace.
  const module = String(new URL('./peers/feed-mem0.ts', import.meta.url))
  libraries.push(['mem0ai', ((await import(module)) as { readonly feed: Feed }).feed])
} catch (error) {
  console.error(`mem0ai is left out: ${(error as Error).message.split('\n')[0]}`)
}

const rows: string[][] = []
for (const [kind, answer] of Object.entries(kinds)) {
  for (const [name, feed] of libraries) {
    const folder = await mkdtemp(join(tmpdir(), 'agentmem-bad-'))
    const server = await modelServer(
      new ModelScript().when('', ...Array.from({ length: most }, () => answer)),
    )
    try {
      const { told, kept } = await feed({
        baseUrl: server.baseUrl,
        messages,
        folder,
        isFull: kind === fullDisk,
      })
      const tokens = server.bodies.reduce((sum, body) => sum + countO200k(JSON.stringify(body)), 0)
      rows.push([
        kind,
        name,
        String(server.bodies.length),
        String(tokens),
        told,
        `${kept} of ${messages.length}`,
      ])
    } finally {
      await server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    }
  }
}
console.log(
  formatTable(
    ['the model answers', 'library', 'calls', 'tokens sent', 'the caller is told', 'found after'],
    rows,
  ),
)
// mem0ai leaves timers behind.
process.exit()
