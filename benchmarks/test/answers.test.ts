import { cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { claimFolder } from '@agentmem/core/adapter'
import { describe, expect, test } from 'vitest'

import { printReport } from '../answers/report/print-report.ts'
import { preparedRun } from './scripted-reader.ts'

describe('bench:answers', () => {
  test('prints what came of each mode, to the digit', async () => {
    const { run } = await preparedRun('--modes none,full,bm25')
    const report = await run()
    const times = { p50: 0.25, p95: 0.5, n: 17 }
    const modes = report.modes.map(mode => ({
      ...mode,
      ...(mode.latency && { latency: times, firstSearch: 1.5 }),
    }))
    expect(printReport({ ...report, modes })).toMatchInlineSnapshot(`
      "18 questions about 48 turns of 1 conversations (own). Answers by reader, facts by reader, embedder hash, 5 memories a search.

      Share of right answers by each judge, of all questions of a row, with its 95% interval (Wilson). An unanswerable question is answered rightly by saying so.

                          questions          lenient reader           strict reader
      ------------------  ---------  ----------------------  ----------------------
      none: answerable           15  0.000 (0.000 to 0.204)  0.000 (0.000 to 0.204)
      none: unanswerable          3  1.000 (0.439 to 1.000)  1.000 (0.439 to 1.000)
      full: answerable           15  1.000 (0.796 to 1.000)  0.600 (0.357 to 0.802)
      full: unanswerable          3  1.000 (0.439 to 1.000)  1.000 (0.439 to 1.000)
      bm25: answerable           15  0.667 (0.417 to 0.848)  0.467 (0.248 to 0.699)
      bm25: unanswerable          3  1.000 (0.439 to 1.000)  1.000 (0.439 to 1.000)

      By category

                              questions          lenient reader           strict reader
      ----------------------  ---------  ----------------------  ----------------------
      none: knowledge-update          3  0.000 (0.000 to 0.561)  0.000 (0.000 to 0.561)
      none: multi-hop                 4  0.000 (0.000 to 0.490)  0.000 (0.000 to 0.490)
      none: single-hop                4  0.000 (0.000 to 0.490)  0.000 (0.000 to 0.490)
      none: temporal                  4  0.000 (0.000 to 0.490)  0.000 (0.000 to 0.490)
      none: unanswerable              3  1.000 (0.439 to 1.000)  1.000 (0.439 to 1.000)
      full: knowledge-update          3  1.000 (0.439 to 1.000)  0.333 (0.061 to 0.792)
      full: multi-hop                 4  1.000 (0.510 to 1.000)  0.250 (0.046 to 0.699)
      full: single-hop                4  1.000 (0.510 to 1.000)  0.750 (0.301 to 0.954)
      full: temporal                  4  1.000 (0.510 to 1.000)  1.000 (0.510 to 1.000)
      full: unanswerable              3  1.000 (0.439 to 1.000)  1.000 (0.439 to 1.000)
      bm25: knowledge-update          3  0.667 (0.208 to 0.939)  0.333 (0.061 to 0.792)
      bm25: multi-hop                 4  0.500 (0.150 to 0.850)  0.250 (0.046 to 0.699)
      bm25: single-hop                4  1.000 (0.510 to 1.000)  0.750 (0.301 to 0.954)
      bm25: temporal                  4  0.500 (0.150 to 0.850)  0.500 (0.150 to 0.850)
      bm25: unanswerable              3  1.000 (0.439 to 1.000)  1.000 (0.439 to 1.000)

      What was shown: tokens a question by o200k, the share of the evidence among it, milliseconds of a search; answers that were none, and verdicts that were none, by judge.

            tokens  evidence   p50   p95  first  no answer  no verdict
      ----  ------  --------  ----  ----  -----  ---------  ----------
      none       0     0.000                             0        0, 0
      full   1,189     1.000                             0        0, 0
      bm25      82     0.756  0.25  0.50   1.50          0        0, 0

      The judges agree on 0.833 of 54 answers (Cohen's kappa 0.673): correct to both 25, wrong to both 20, correct to lenient reader alone 9, to strict reader alone 0.

      Calls of models and their tokens, by the stage that asked first, all starts of the run together

              calls  input tokens  output tokens  of them estimated
      ------  -----  ------------  -------------  -----------------
      ingest      0             0              0                  0
      answer     54           540            270                  0
      judge      66           660            330                  0
      in all    120         1,200            600                  0"
    `)
  })

  test('remembers what the modes search, and facts by the library’s own prompts', async () => {
    const { run, server } = await preparedRun('--modes text,vector,hybrid,facts')
    const { modes, memories, costs } = await run()
    expect(memories.map(({ memory, messages, facts, failed }) => [memory, messages, facts, failed])).toEqual([
      ['messages', 48, 0, 0],
      ['facts', 48, 16, 0],
    ])
    // To make facts, and to compare them with each other.
    expect(costs[0]).toMatchObject({ stage: 'ingest', calls: 2 })
    expect(server.bodies.length).toBe(costs.reduce((sum, { calls }) => sum + calls, 0))
    for (const { latency, evidence, contextTokens } of modes) {
      expect(latency).toMatchObject({ n: 17 })
      expect(evidence).toBeGreaterThan(0.3)
      expect(contextTokens).toBeGreaterThan(40)
    }
  })

  test('asks nothing again when it is repeated, and says the same without a model', async () => {
    const { run, server, out } = await preparedRun('--modes full,text,facts')
    const first = await run()
    const asked = server.bodies.length
    expect(await run()).toEqual(first)
    // What the stages made of the answers is made of the transcript again.
    for (const stage of ['answer', 'judge']) await rm(join(out, `${stage}.ndjson`))
    expect(await run('--offline')).toEqual(first)
    expect(server.bodies.length).toBe(asked)
  })

  test('asks only what is new when a mode, a judge or questions come on top', async () => {
    const { run, server } = await preparedRun('--modes full')
    const few = await run('--limit 6 --judges lenient')
    expect([few.questions, server.bodies.length]).toEqual([6, 12])
    await run('--judges lenient')
    expect(server.bodies.length).toBe(2 * 18)
    await run()
    expect(server.bodies.length).toBe(3 * 18)
    const { modes } = await run('--modes none,full')
    // The judges have judged "I do not know" to the three that cannot be answered.
    expect(server.bodies.length).toBe(3 * 18 + 18 + 2 * 15)
    expect(modes.map(({ mode }) => mode)).toEqual(['none', 'full'])
  })

  test('says without a transcript which stage lacks an answer', async () => {
    const { run } = await preparedRun('--modes none')
    await expect(run('--offline')).rejects.toThrow(
      'A request of the stage answer to reader is not in the transcript, and --offline asks no model.',
    )
  })

  test('sets each mode of agentmem beside each baseline, paired by question', async () => {
    const { run } = await preparedRun('--modes none,full,text --judges lenient')
    const report = await run()
    const [full, none] = ['full', 'none'].map(baseline => {
      const found = report.differences.find(one => one.mode === 'text' && one.baseline === baseline)
      return found?.byJudge['lenient reader']
    })
    const right = report.modes.map(({ groups }) => groups[0]?.scores['lenient reader']?.share ?? Number.NaN)
    const [ofNone = 0, ofFull = 0, ofText = 0] = right
    expect(report.differences).toHaveLength(2)
    expect([none?.mean, full?.mean]).toEqual([
      expect.closeTo(ofText - ofNone, 10),
      expect.closeTo(ofText - ofFull, 10),
    ])
    expect(full?.low).toBeLessThan(full?.mean ?? Number.NaN)
    expect(printReport(report)).toMatch(/^text against none +\+0\.\d{3} \(\+0\.\d{3} to \+\d\.\d{3}\)$/m)
  })

  test('works in a folder alone', async () => {
    const { run, out } = await preparedRun('--modes none --limit 1')
    await run()
    const claim = await claimFolder(out, 'The folder')
    await expect(run()).rejects.toThrow(`The folder of answers '${out}' is open already, in this process`)
    await claim.release()
    await run()
  })

  test('refuses a folder that remembers other turns, or by another embedder', async () => {
    const { run, commandOf } = await preparedRun('--modes text --limit 1')
    await run()
    const others = join(commandOf('').out, '..', 'others')
    await cp(commandOf('').data, others, { recursive: true })
    const turns = join(others, 'memories.jsonl')
    await writeFile(turns, (await readFile(turns, 'utf8')).replace('plot 14', 'plot 15'))
    await expect(run(`--data ${others}`)).rejects.toThrow(/remembers other turns of 'noor-and-piet'/)
  })
})

describe('a dry run', () => {
  test('counts what a run then asks: answers for certain, verdicts at most', async () => {
    const { run, dry, server } = await preparedRun('--modes none,full,bm25')
    const [, answers, verdicts] = await dry()
    expect(server.bodies.length).toBe(0)
    expect([answers?.calls, verdicts?.calls]).toEqual([3 * 18, 2 * 3 * 18])
    // By o200k, of instructions, schema and data: 1,189 tokens of conversation for each question in the full mode.
    expect(answers?.input).toBeGreaterThan(18 * (1_189 + 3 * 200))
    expect(answers?.input).toBeLessThan(18 * (2 * 1_189 + 3 * 400))
    const { costs } = await run()
    expect(costs[1]?.calls).toBe(answers?.calls)
    expect(costs[2]?.calls).toBeLessThan(verdicts?.calls ?? 0)
  })

  test('counts nothing of what the transcript has, and writes nothing', async () => {
    const { run, dry, out } = await preparedRun('--modes full,facts')
    await run()
    const files = async () =>
      Promise.all((await readdir(out)).map(async name => [name, (await stat(join(out, name))).mtimeMs]))
    const before = await files()
    expect((await dry()).map(({ calls }) => calls)).toEqual([0, 0, 0])
    expect((await dry('--modes none,full,facts')).map(({ calls }) => calls)).toEqual([0, 18, 36])
    expect(await files()).toEqual(before)
  })
})
