#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { MemoryError } from '@agentmem/core'
import { redactUrls } from '@agentmem/core/open'
import { runServer } from './run-server.ts'
import { settingsFrom, usage } from './settings-from.ts'

process.exitCode = await main(process.argv.slice(2))

/** Nothing but the protocol goes to stdout, and help where it was asked for. */
async function main(argv: string[]): Promise<number> {
  const ending = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ending.abort())
  try {
    const { values } = parseArgs({ args: argv, options: usage.options })
    if (values.help) {
      process.stdout.write(`${usage.help}\n`)
      return 0
    }
    await runServer({ ...settingsFrom(values), signal: ending.signal })
    return 0
  } catch (error) {
    const wrong = MemoryError.is(error) ? error.code === 'INVALID_ARGUMENT' : isUsage(error)
    const message = error instanceof Error ? error.message : String(error)
    process.stderr.write(`agentmem-mcp: ${redactUrls(message)}\n`)
    return wrong ? 2 : 1
  }
}

function isUsage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}
