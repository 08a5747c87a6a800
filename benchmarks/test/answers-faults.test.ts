import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { printReport } from '../answers/report/print-report.ts'
import type { Judged } from '../answers/kept/run-files.ts'
import { preparedRun } from './scripted-reader.ts'

const plot = '"question":"Which plot did Noor get?"'
const vet = '"question":"What is the name of the vet who treated Bram?"'
const bed = '"question":"What grows where Noor had planned beetroot?"'
const band = '"question":"Where does Marten\'s band play on Tuesdays?"'
const [asked, judged] = [',"asked"', ',"expects"']

async function verdictsIn(out: string): Promise<Judged[]> {
  const lines = (await readFile(join(out, 'judge.ndjson'), 'utf8')).trim().split('\n')
  return lines.map(line => JSON.parse(line) as Judged)
}

describe('an answer that is none', () => {
  test('is wrong, told by its kind, and goes to no judge', async () => {
    const { run, script, server } = await preparedRun('--modes full')
    script
      .once(plot + asked, { finish: 'refused' })
      .once(vet + asked, { says: '{"answer": "Doctor', finish: 'length' })
      .once(bed + asked, { says: '{"reply": "Chard"}' })
      .once(band + asked, { fails: 400 })
    const report = await run()
    expect(report.modes[0]?.endings).toEqual({
      answered: 14,
      refused: 1,
      cut: 1,
      unreadable: 1,
      rejected: 1,
    })
    expect(report.modes[0]?.groups[0]?.scores['lenient reader']).toMatchObject({ right: 11, n: 15 })
    expect(report.agreement?.n).toBe(14)
    expect(server.bodies.length).toBe(18 + 2 * 14)
    expect(printReport(report)).toContain('1 refused, 1 cut, 1 unreadable, 1 rejected')
    // An answer that is none was paid for as well.
    await run()
    expect(server.bodies.length).toBe(18 + 2 * 14)
  })

  test('is read where it stands in prose or in a fence', async () => {
    const { run, script } = await preparedRun('--modes none --judges lenient')
    script
      .once(plot + asked, { says: 'Here it is:\n```json\n{"answer": "Plot 14, by the canal"}\n```' })
      .once(vet + asked, { says: '{"answer": "Doctor Okafor"} is what I found.' })
    const { modes } = await run()
    expect(modes[0]?.groups[0]?.scores['lenient reader']).toMatchObject({ right: 2, n: 15 })
  })
})

describe('a verdict that cannot be read', () => {
  test('is asked for once more, with the reason', async () => {
    const { run, script, out } = await preparedRun('--modes full --judges lenient')
    script
      .once(plot + judged, { says: 'Correct, I should say.' })
      .once(vet + judged, { says: '{"reason": "It is", "verdict": "yes"}' })
    const { modes } = await run()
    expect(modes[0]?.withoutVerdict).toEqual({ 'lenient reader': 0 })
    expect(modes[0]?.groups[0]?.scores['lenient reader']).toMatchObject({ right: 15 })
    const again = script.requests.filter(({ system }) => system.includes('You were asked before'))
    expect(again.map(({ user }) => [plot, vet].findIndex(question => user.includes(question)))).toEqual([
      0, 1,
    ])
    expect((await verdictsIn(out)).filter(({ verdict }) => verdict === 'correct')).toHaveLength(18)
  })

  test('is none the second time: the answer is not right, and in no agreement', async () => {
    const { run, script, out } = await preparedRun('--modes full')
    script
      .once(plot + judged, { says: '' })
      .once(plot + judged, { finish: 'refused' })
      .once(vet + judged, { says: '{"reason": "It', finish: 'length' })
      .once(vet + judged, { says: '[]' })
    const { modes, agreement } = await run()
    expect(modes[0]?.withoutVerdict).toEqual({ 'lenient reader': 2, 'strict reader': 0 })
    expect(modes[0]?.groups[0]?.scores['lenient reader']).toMatchObject({ right: 13, n: 15 })
    expect(agreement?.n).toBe(16)
    const none = (await verdictsIn(out)).filter(({ verdict }) => verdict === 'none')
    expect(none.map(({ reason }) => reason)).toEqual([
      'you refused to judge',
      'your answer was no JSON object with a verdict of "correct" or "wrong"',
    ])
  })
})

describe('a model that fails', () => {
  test('ends the run with its reason, and the next start asks what was not answered', async () => {
    const { run, script, server } = await preparedRun('--modes full --concurrency 1')
    script.once(plot + judged, { fails: 401 })
    await expect(run()).rejects.toMatchObject({ code: 'BACKEND' })
    expect(server.bodies.length).toBe(18 + 1)
    await run()
    expect(server.bodies.length).toBe(18 + 2 * 18 + 1)
  })

  test('leaves messages waiting that no facts were made of, and they are made at the next start', async () => {
    const { run, script, server } = await preparedRun('--modes facts --limit 1 --judges lenient')
    script.once('"messages"', { fails: 401 })
    await expect(run()).rejects.toMatchObject({ code: 'BACKEND' })
    const { memories } = await run()
    expect(memories[0]).toMatchObject({ messages: 48, facts: 16, failed: 0 })
    // To make facts twice, to compare them once, to answer and to judge.
    expect(server.bodies.length).toBe(2 + 1 + 1 + 1)
  })

  test('is told the form of an answer in words where it takes no schema', async () => {
    const { run, server } = await preparedRun('--modes none --limit 3 --concurrency 1 --judges lenient')
    server.formats = ['text']
    const { modes } = await run()
    expect(modes[0]?.endings).toEqual({ answered: 3 })
    const told = server.bodies.filter(body => JSON.stringify(body).includes('SCHEMA'))
    // The first request finds out what the endpoint takes.
    expect(told.length).toBe(5)
    expect(server.bodies.length).toBe(2 + 6)
  })
})

describe('a budget', () => {
  test('of calls stops before it is passed, and the next start goes on', async () => {
    const { run, server } = await preparedRun('--modes full')
    await expect(run('--budget-calls 10')).rejects.toMatchObject({ code: 'BUDGET' })
    expect(server.bodies.length).toBe(10)
    await expect(run('--budget-calls 30')).rejects.toThrow(/30 calls/)
    expect(server.bodies.length).toBe(40)
    await run('--budget-calls 14')
    expect(server.bodies.length).toBe(3 * 18)
  })

  test('of tokens holds back what might pass it', async () => {
    const { run, server } = await preparedRun('--modes full --max-output-tokens 500')
    await expect(run('--budget-tokens 500')).rejects.toMatchObject({ code: 'BUDGET' })
    expect(server.bodies.length).toBe(0)
  })

  test('counts the facts as well', async () => {
    const { run, server } = await preparedRun('--modes facts --limit 1')
    await expect(run('--budget-tokens 1000')).rejects.toMatchObject({ code: 'BUDGET' })
    expect(server.bodies.length).toBe(0)
    expect((await run()).memories[0]).toMatchObject({ facts: 16, failed: 0 })
  })
})
