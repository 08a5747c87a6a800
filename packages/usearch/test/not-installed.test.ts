import { openWithout } from '@agentmem/conformance'
import { join } from 'node:path'
import { expect, it } from 'vitest'

it(
  'without a binary, opening names the platforms that have one, and what to do on others',
  { timeout: 30_000 },
  async () => {
    const { code, message } = await openWithout({
      root: join(import.meta.dirname, '..'),
      name: 'usearch',
      library: 'usearch',
      leaveOut: /[.]node$|^.(include|numkong|cpp|c)\b/,
      beside: ['bindings', 'node-gyp-build'],
      open: 'openUsearchIndex',
      options: { dimensions: 2 },
    })
    expect(code).toBe('NOT_INSTALLED')
    expect(message).toMatch(
      /^usearch cannot be loaded .*No native build was found.*Run: `npm install usearch`/,
    )
    expect(message).toContain(`this is ${process.platform} on ${process.arch}`)
    expect(message).toContain('npm rebuild usearch')
  },
)
