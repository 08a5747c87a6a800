import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { readLines } from '../../retrieval/evidence.ts'
import { UsageError } from '../../run/command-options.ts'
import type { AnswerData } from '../question.ts'
import { entryOf } from './field.ts'
import type { Entry } from './field.ts'
import { readLocomo } from './read-locomo.ts'
import { readLongMemEval } from './read-long-mem-eval.ts'
import { readOwn } from './read-own.ts'

/** Node cannot hold a text that is much longer. */
const mostBytes = 500 * 2 ** 20

/**
 * Reads a folder with `memories.jsonl` and `questions.jsonl`, or a JSON file of LoCoMo or LongMemEval, which are told apart by
 * their fields. Throws `UsageError` for what is neither, and for a field that is wrong, with its place.
 */
export function readData(path: string): AnswerData {
  if (!existsSync(path)) throw new UsageError(`--data: there is no ${path}.`)
  const data = statSync(path).isDirectory() ? readFolder(path) : readJson(path)
  const ids = new Set<string>()
  for (const { id } of data.questions) {
    if (ids.has(id)) throw new UsageError(`--data: two questions of ${path} have the id '${id}'.`)
    ids.add(id)
  }
  if (ids.size === 0) throw new UsageError(`--data: ${path} has no questions.`)
  return data
}

function readFolder(folder: string): AnswerData {
  const [turns = [], questions = []] = ['memories.jsonl', 'questions.jsonl'].map(name => {
    const file = join(folder, name)
    if (!existsSync(file)) throw new UsageError(`--data: the folder ${folder} has no ${name}.`)
    return readLines<unknown>(file).map((value, i) => entryOf(value, `${file}, entry ${i + 1}`))
  })
  return readOwn(turns, questions)
}

function readJson(file: string): AnswerData {
  const { size } = statSync(file)
  if (size > mostBytes) {
    throw new UsageError(
      `--data: ${file} has ${size} bytes, more than the ${mostBytes} that are read at once; split it.`,
    )
  }
  const list = parse(file)
  if (!Array.isArray(list)) throw new UsageError(`--data: ${file} must be a list of conversations.`)
  const entries = (list as unknown[]).map((value, i): Entry => entryOf(value, `${file}, [${i}]`))
  const has = (name: string): boolean => entries.length > 0 && entries.every(({ value }) => name in value)
  if (has('conversation') && has('qa')) return readLocomo(entries)
  if (has('haystack_sessions') && has('question')) return readLongMemEval(entries)
  throw new UsageError(
    `--data: ${file} is neither LoCoMo (conversation, qa) nor LongMemEval (haystack_sessions, question) by its fields.`,
  )
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown
  } catch (cause) {
    throw new UsageError(`--data: ${file} is no JSON: ${(cause as Error).message}`, { cause })
  }
}
