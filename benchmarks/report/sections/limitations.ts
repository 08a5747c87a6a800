import type { FailedCell, Report } from '../../measured/report.ts'
import { count, number } from '../format-cells.ts'
import type { Section } from '../section.ts'

/** Tokens counted over 1,000 sample texts, and over as many texts of the fixture's own words. */
const fixtureModel =
  'fastembed runs a model in the shape of all-MiniLM-L6-v2 with random weights and a vocabulary of some 250 words. Other words are spelled out: a text becomes 59 tokens, where one of its own words becomes 22, and its rate is that much lower than with a real vocabulary.'

/** Of the error of a cell, which may hold a whole dump of its process. */
const mostErrorCharacters = 160

/** What the figures do not say, and on what they were measured: read by those who want to know more. */
export function limitations(report: Report): Section {
  const { environment, settings, backends, failed, startedAt, seconds } = report
  const failures = report.rows.filter(row => row.failures > 0)
  return {
    id: 'limitations',
    title: 'Conditions and limits',
    text: [
      `One machine, ${environment.cores} cores, client and servers on it together: a server of its own, a network and other cores give other figures. Compare within this page, not across machines.`,
      'The texts are made up, 8 to 25 words each, and differ from one another; HashEmbedder turns them into vectors of 384 dimensions at a cost of microseconds. A model takes milliseconds, and then decides the rate.',
      ...(report.rows.some(({ embedder }) => embedder === 'fastembed') ? [fixtureModel] : []),
      'Backends run as they are opened by default; nothing is tuned for the benchmark. What an acknowledged write survives differs between stores and is named below: compare like with like.',
      `A figure is the median of up to ${settings.rounds} ${settings.rounds === 1 ? 'round' : 'rounds'}, each in a fresh process, in reversed order every other round; the interval is a bootstrap over rounds and samples. Heavy scenarios have at most 3 rounds. With 100,000 memories there is 1: its interval says nothing about differences between runs.`,
      ...(settings.quick
        ? ['This was a quick run: it shows that everything works, and measures nothing.']
        : []),
      ...(environment.gitDirty ? ['Files differed from the commit that is named.'] : []),
      ...(report.added ?? []).map(
        ({ startedAt, cells }) =>
          `${cells.length} rows were measured later, ${startedAt.slice(0, 10)}, and not in turn with the others; they are named under machine and settings.`,
      ),
      ...failures.map(
        row => `${row.failures} calls failed: ${row.what} on ${row.store} + ${row.index} + ${row.embedder}.`,
      ),
      ...failed.map(failureOf),
    ],
    details: [
      {
        title: 'What ran, and what of the conformance kit it passed first',
        table: {
          headings: ['backend', 'state', 'durability', 'versions'],
          rows: backends.map(({ part, name, status, reason, casesPassed, durability, versions }) => [
            `${name} (${part})`,
            status === 'measured'
              ? `a case of each of ${casesPassed} groups of the conformance kit passed first`
              : `${status}: ${reason}`,
            durability ?? '–',
            Object.entries(versions)
              .map(entry => entry.join(' '))
              .join(', ') || '–',
          ]),
        },
      },
      {
        title: 'Machine and settings',
        table: {
          headings: ['', ''],
          rows: [
            ['started', startedAt],
            ['took', `${number(seconds / 60)} minutes`],
            ['CPU', `${environment.cpu}, ${environment.cores} cores`],
            ['memory', `${number(environment.memoryBytes / 2 ** 30)} GB`],
            ['disk', `4 kB are durable in ${environment.diskSyncMs} ms`],
            ['kernel', environment.kernel],
            ['Node', environment.node],
            ['commit', environment.gitSha],
            ['lockfile', `SHA-256 ${environment.lockfileHash}`],
            ['settings', JSON.stringify(settings)],
            ...(report.added ?? []).map(({ startedAt, gitSha, cells }) => [
              `added ${startedAt}`,
              `commit ${gitSha}: ${cells.join('; ')}`,
            ]),
          ],
        },
      },
    ],
    command: 'npm run bench',
  }
}

/** Such as 'No result for search on sqlite + hnsw + hash, size 1,000, round 1: No answer within 120 s.' */
function failureOf({ cell, error }: FailedCell): string {
  const [line = ''] = error.split('\n')
  const short = line.length > mostErrorCharacters ? `${line.slice(0, mostErrorCharacters)}...` : line
  return `No result for ${inWords(cell)}: ${short}`
}

/** What `nameOf` of cell.ts made of a cell, in words; another name as it is. */
function inWords(cell: string): string {
  const match = /^([^.]+)\.([^.]+)\.([^.]+)\.([^.]+)\.([\d-]+)\.round(\d+)$/.exec(cell)
  if (!match) return cell
  const [, scenario = '', store = '', index = '', embedder = '', sizes = '', round = ''] = match
  const size = sizes.split('-').map(text => count(Number(text)))
  return `${scenario} on ${store} + ${index} + ${embedder}, size ${size.join(', ')}, round ${Number(round) + 1}`
}
