import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import { describe, expect, onTestFinished, test } from 'vitest'

import { readData } from '../answers/data/read-data.ts'
import { UsageError } from '../run/command-options.ts'
import { sample } from './scripted-reader.ts'

async function read(value: unknown) {
  const folder = await freshFolder()
  onTestFinished(() => folder.remove())
  const file = folder.file('data.json')
  await writeFile(file, typeof value === 'string' ? value : JSON.stringify(value))
  return readData(file)
}

async function readFolder(turns: readonly object[], questions: readonly object[]) {
  const folder = await freshFolder()
  onTestFinished(() => folder.remove())
  const path = join(folder.path, 'own')
  await mkdir(path)
  const lines = (list: readonly object[]): string => list.map(line => `${JSON.stringify(line)}\n`).join('')
  await writeFile(join(path, 'memories.jsonl'), lines(turns))
  await writeFile(join(path, 'questions.jsonl'), lines(questions))
  return readData(path)
}

const kite = { speaker: 'Ines', dia_id: 'D1:1', text: 'The kite tore.' }
const photo = { speaker: 'Omar', dia_id: 'D1:2', text: 'Look!', blip_caption: 'a torn kite', query: 'kite' }
const later = { speaker: 'Omar', dia_id: 'D10:1', text: 'I mended it.' }
const asked = { question: 'What tore?', answer: 'The kite', evidence: ['D1:1; D10:1', 'D'], category: 1 }
const locomo = {
  sample_id: 'conv-1',
  conversation: {
    speaker_a: 'Ines',
    speaker_b: 'Omar',
    session_10_date_time: '12:05 am on 1 January, 2024',
    session_10: [later],
    session_1_date_time: '1:56 pm on 8 May, 2023',
    session_1: [kite, photo],
    session_2_date_time: '9:00 am on 9 May, 2023',
  },
  qa: [
    asked,
    { ...asked, answer: 2023, category: 2 },
    { question: 'Why did Omar cry?', adversarial_answer: 'The boat', evidence: ['D1:1'], category: 5 },
  ],
  event_summary: {},
}

describe('a file of LoCoMo', () => {
  test('gives turns in the order of the sessions, with names, times and photos', async () => {
    const { format, turns } = await read([locomo])
    expect(format).toBe('LoCoMo')
    const ines = { userId: 'conv-1', runId: 'conv-1-session_1', actorId: 'Ines', role: 'user' }
    expect(turns).toEqual([
      {
        ...ines,
        content: 'Ines: The kite tore.',
        createdAt: '2023-05-08T13:56:00.000Z',
        metadata: { diaId: 'D1:1' },
      },
      {
        ...ines,
        actorId: 'Omar',
        content: 'Omar: Look! [shares a photo: a torn kite]',
        createdAt: '2023-05-08T13:56:30.000Z',
        metadata: { diaId: 'D1:2' },
      },
      {
        ...ines,
        runId: 'conv-1-session_10',
        actorId: 'Omar',
        content: 'Omar: I mended it.',
        createdAt: '2024-01-01T00:05:00.000Z',
        metadata: { diaId: 'D10:1' },
      },
    ])
  })

  test('gives questions with the names of their categories; the adversarial ones cannot be answered', async () => {
    const { questions } = await read([locomo])
    expect(
      questions.map(({ id, category, expects, answer, evidence }) => [
        id,
        category,
        expects,
        answer,
        evidence,
      ]),
    ).toEqual([
      ['conv-1/0', 'multi-hop', 'answer', 'The kite', ['D1:1', 'D10:1']],
      ['conv-1/1', 'temporal', 'answer', '2023', ['D1:1', 'D10:1']],
      ['conv-1/2', 'adversarial', 'unknown', '', ['D1:1']],
    ])
  })

  test.each([
    [{ ...locomo, qa: [{ ...asked, category: 6 }] }, /qa\[0\]: category must be 1 to 5, not 6/],
    [{ ...locomo, qa: [{ ...asked, answer: undefined }] }, /qa\[0\]: answer must be a text, not undefined/],
    [
      { ...locomo, conversation: { ...locomo.conversation, session_1_date_time: '2023-05-08' } },
      /session_1_date_time must be a time such as/,
    ],
    [{ ...locomo, conversation: { session_1: [kite] } }, /session_1_date_time must be a text/],
  ])('says what is wrong, and where', async (value, message) => {
    await expect(read([value])).rejects.toThrow(UsageError)
    await expect(read([value])).rejects.toThrow(message)
  })
})

const instance = {
  question_id: 'q1',
  question_type: 'multi-session',
  question: 'How many kites?',
  answer: 2,
  question_date: '2023/05/30 (Tue) 23:40',
  haystack_session_ids: ['late', 'early'],
  haystack_dates: ['2023/05/21 (Sun) 08:00', '2023/05/20 (Sat) 02:21'],
  haystack_sessions: [
    [{ role: 'user', content: 'I bought a second kite.', has_answer: true }],
    [
      { role: 'user', content: 'I have a kite.', has_answer: true },
      { role: 'assistant', content: ' ' },
      { role: 'assistant', content: 'How nice.', has_answer: false },
    ],
  ],
  answer_session_ids: ['early', 'late'],
}

describe('a file of LongMemEval', () => {
  test('gives each question sessions of its own, in the order of their times', async () => {
    const { format, turns, questions } = await read([instance])
    expect(format).toBe('LongMemEval')
    expect(
      turns.map(({ content, runId, role, createdAt, metadata }) => [
        content,
        runId,
        role,
        createdAt,
        metadata.diaId,
      ]),
    ).toEqual([
      ['I have a kite.', 'early', 'user', '2023-05-20T02:21:00.000Z', 'S1:1'],
      ['How nice.', 'early', 'assistant', '2023-05-20T02:22:00.000Z', 'S1:3'],
      ['I bought a second kite.', 'late', 'user', '2023-05-21T08:00:00.000Z', 'S2:1'],
    ])
    expect(questions).toEqual([
      {
        id: 'q1',
        question: 'How many kites?',
        userId: 'q1',
        evidence: ['S1:1', 'S2:1'],
        category: 'multi-session',
        expects: 'answer',
        answer: '2',
        askedAt: '2023-05-30T23:40:00.000Z',
      },
    ])
  })

  test('tells preferences and questions without an answer apart', async () => {
    const { questions } = await read([
      {
        ...instance,
        question_type: 'single-session-preference',
        answer: 'Someone who likes kites would ...',
      },
      { ...instance, question_id: 'q2_abs', answer: 'There is no boat.' },
    ])
    expect(questions.map(({ category, expects, answer }) => [category, expects, answer])).toEqual([
      ['single-session-preference', 'rubric', 'Someone who likes kites would ...'],
      ['abstention', 'unknown', ''],
    ])
  })

  test.each([
    [{ ...instance, haystack_dates: ['2023/05/21 (Sun) 08:00'] }, /haystack_dates\[1\] must be a time/],
    [{ ...instance, haystack_sessions: [[{ role: 'user' }], []] }, /session\[0\]: content must be a text/],
    [{ ...instance, question_date: 'May' }, /question_date must be a time/],
  ])('says what is wrong, and where', async (value, message) => {
    await expect(read([value])).rejects.toThrow(message)
  })
})

const turn = { content: 'The kite tore.', userId: 'ines', metadata: { diaId: 't1' } }
const question = { question: 'What tore?', userId: 'ines', answer: 'The kite' }

describe('a folder of the own format', () => {
  test('is that of bench:recall, with answers', async () => {
    const full = { ...turn, runId: 'r', createdAt: '2024-03-03T10:00:00Z', actorId: 'Ines', role: 'user' }
    const { turns, questions } = await readFolder(
      [full, { ...turn, userId: 'lea' }, { ...turn, metadata: { diaId: 't2', page: 3 } }],
      [
        question,
        { ...question, answer: null, id: 'none', category: 3, evidence: ['t1'], askedAt: '2024-04-01' },
      ],
    )
    expect(turns).toEqual([full, { ...turn, metadata: { diaId: 't2' } }, { ...turn, userId: 'lea' }])
    const plain = { ...question, evidence: [], category: 'all', askedAt: undefined }
    expect(questions).toEqual([
      { ...plain, id: '1', expects: 'answer' },
      {
        ...plain,
        id: 'none',
        expects: 'unknown',
        answer: '',
        category: '3',
        evidence: ['t1'],
        askedAt: '2024-04-01',
      },
    ])
  })

  test('of the repository has a question of each kind, and evidence that is there', () => {
    const { turns, questions } = readData(sample)
    const names = new Set(turns.map(({ metadata }) => metadata.diaId))
    expect(names.size).toBe(48)
    expect(questions.flatMap(({ evidence }) => evidence).filter(name => !names.has(name))).toEqual([])
    expect([...new Set(questions.map(({ category }) => category))]).toEqual([
      'single-hop',
      'multi-hop',
      'temporal',
      'knowledge-update',
      'unanswerable',
    ])
  })

  test.each([
    [[turn], [{ ...question, answer: undefined }], /has no answer; it is null where/],
    [[turn], [{ ...question, userId: 'lea' }], /no turn is of the user 'lea'/],
    [[{ ...turn, content: ' ' }], [question], /entry 1: content is empty/],
    [[{ ...turn, createdAt: 'May' }], [question], /createdAt must be a time in ISO 8601, not 'May'/],
    [[{ ...turn, metadata: {} }], [question], /diaId must be a text, not undefined/],
    [[turn], [], /has no questions/],
    [
      [turn],
      [
        { ...question, id: 'a' },
        { ...question, id: 'a' },
      ],
      /two questions .* have the id 'a'/,
    ],
  ])('says what is wrong, and where', async (turns, questions, message) => {
    await expect(readFolder(turns, questions)).rejects.toThrow(message)
  })
})

test.each([
  ['nonsense', /is no JSON/],
  [{ qa: [] }, /must be a list of conversations/],
  [[{ qa: [] }], /is neither LoCoMo .* nor LongMemEval/],
  [[], /is neither LoCoMo/],
  [[3], /must be an object, not 3/],
])('a file that is neither is refused: %j', async (value, message) => {
  await expect(read(value)).rejects.toThrow(message)
})

test('a path that is not there is refused', () => {
  expect(() => readData('/no/such/place')).toThrow('--data: there is no /no/such/place.')
})
