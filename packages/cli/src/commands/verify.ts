import type { Memory, RepairResult, VerifyResult } from '@agentmem/core'
import { exitCodes } from '../command.ts'
import type { Command, Session } from '../command.ts'
import { formatCount, formatMemories } from '../terminal/format-numbers.ts'
import { withMemory } from '../with-memory.ts'

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'compare the index with the store, vector by vector',
  operands: { usage: '', least: 0, most: 0 },
  options: {
    database: { about: 'also let the database check its own files and indexes, which reads all of them' },
    repair: { about: 'repair the index from the store; nothing is embedded again' },
  },
  details: [
    'Reads everything that the store holds, of all organizations. Exit code 1: the index or the database is',
    'damaged; with --repair: it could not be repaired. A damaged database is restored from a backup.',
  ],
  examples: [
    ['agentmem verify', 'exit code 1 when the index is damaged'],
    ['agentmem verify --repair', 'and then mend it'],
  ],
  run: session =>
    withMemory(session, { mustExist: true }, async ({ memory, urls }) => {
      const { terminal, args } = session
      const database = args.flag('database')
      if (urls.index === undefined && !database) {
        terminal.result('the store is searched by words alone: there is no index to verify', {
          ok: true,
          checked: 0,
        })
        return exitCodes.ok
      }
      if (!args.flag('repair')) {
        const found = await watched(session, 'verifying', options => memory.verify({ ...options, database }))
        const hint = found.ok || isDamaged(found) ? '' : "\n'agentmem verify --repair' repairs it"
        terminal.result(describe(found) + hint, found)
        return found.ok ? exitCodes.ok : exitCodes.failed
      }
      const repair = await watched(session, 'repairing', options => memory.repair({ ...options, database }))
      const after =
        repair.found.ok || isDamaged(repair.found)
          ? repair.found
          : await watched(session, 'verifying', options => memory.verify(options))
      terminal.result(describeRepair(repair, after), { ...repair, after })
      return after.ok ? exitCodes.ok : exitCodes.failed
    }),
}

async function watched<Result>(
  { terminal, signal }: Session,
  label: string,
  work: (options: Parameters<Memory['verify']>[0]) => Promise<Result>,
): Promise<Result> {
  const bar = terminal.progress(label, 'memories')
  try {
    return await work({
      signal,
      onProgress: ({ done, total = done }) => bar.update({ done, share: total === 0 ? 1 : done / total }),
    })
  } finally {
    bar.end()
  }
}

function isDamaged({ database }: VerifyResult): boolean {
  return database !== undefined && database.problems.length > 0
}

function describe(found: VerifyResult): string {
  const { database } = found
  if (!database) return describeIndex(found)
  const { by, problems, advice } = database
  if (problems.length > 0) {
    return [
      `the database is damaged, by ${by}; restore it from a backup, nothing was compared with it:`,
      ...problems.map(problem => `  ${problem}`),
    ].join('\n')
  }
  const verdict =
    by === undefined ? `the database was not checked: ${advice}` : `the database is whole, by ${by}`
  return `${verdict}\n${describeIndex(found)}`
}

function describeIndex({ ok, checked, missing, different, orphans }: VerifyResult): string {
  const facts = [
    `${countNamed(missing)} missing`,
    `${countNamed(different)} different`,
    `${formatCount(orphans)} of no memory`,
  ]
  const verdict = ok
    ? 'the index holds exactly their vectors'
    : `the index is damaged: vectors ${facts.join(', ')}`
  return `${formatMemories(checked)} checked, ${verdict}`
}

function describeRepair({ found, written, rebuilt }: RepairResult, after: VerifyResult): string {
  if (found.ok || isDamaged(found)) return describe(found)
  const done = rebuilt ? 'the index was built again' : 'the index was repaired'
  return `${describe(found)}\n${done}: ${formatCount(written)} vectors written\n${describe(after)}`
}

/** A report names a thousand ids at most. */
function countNamed(ids: readonly string[]): string {
  return ids.length < 1_000 ? formatCount(ids.length) : '1,000 or more'
}
