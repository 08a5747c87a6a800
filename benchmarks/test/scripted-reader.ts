import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freshFolder, ModelScript, modelServer } from '@agentmem/conformance'
import type { ScriptedAnswer, ScriptedRequest } from '@agentmem/conformance'
import { onTestFinished } from 'vitest'

import { readData } from '../answers/data/read-data.ts'
import { openEndpoints } from '../answers/open-models.ts'
import { parseAnswersCommand } from '../answers/parse-answers-command.ts'
import { dryRun, runAnswers } from '../answers/run-answers.ts'

/** The conversation of the repository's own. */
export const sample: string = fileURLToPath(new URL('../answers/sample', import.meta.url))

const { turns, questions } = readData(sample)
const unknown = 'I do not know'

interface Asked {
  readonly question: string
  readonly memories?: readonly string[]
  readonly expects?: string
  readonly right?: string | null
  readonly answer?: string
  readonly messages?: readonly { readonly n?: number; readonly text?: string }[]
}

/**
 * A model that is none, behind a server. It answers rightly where it is shown all evidence for a question, and says that it does
 * not know where it is not; it makes a fact of every third message; as a strict judge it takes no answer of more than four words.
 * Special answers, by a part of the request, go before that, each once.
 */
export class ScriptedReader extends ModelScript {
  readonly #special: [part: string, answer: ScriptedAnswer][] = []

  /** The next request with this text in it is answered so. */
  once(part: string, answer: ScriptedAnswer): this {
    this.#special.push([part, answer])
    return this
  }

  override take(request: ScriptedRequest): ScriptedAnswer {
    this.requests.push(request)
    const text = `${request.system}\n${request.user}`
    const place = this.#special.findIndex(([part]) => text.includes(part))
    const [special] = place < 0 ? [] : this.#special.splice(place, 1)
    return special?.[1] ?? { says: saysTo(request) }
  }
}

function saysTo({ system, user }: ScriptedRequest): object {
  const asked = JSON.parse(user) as Asked
  if (asked.memories) return { answer: answerTo(asked.question, asked.memories) }
  if (asked.expects !== undefined) return verdictOn(asked, system.includes('In doubt it is wrong'))
  return { facts: (asked.messages ?? []).flatMap(factOf), decisions: [] }
}

function answerTo(text: string, memories: readonly string[]): string {
  const question = questions.find(one => one.question === text)
  if (!question || question.expects === 'unknown') return unknown
  const evidence = turns.filter(({ metadata }) => question.evidence.includes(metadata.diaId))
  const isShown = evidence.every(({ content }) => memories.some(memory => memory.endsWith(content)))
  return isShown ? question.answer : unknown
}

function verdictOn({ expects, right, answer = '' }: Asked, isStrict: boolean): object {
  const isRight = answer === (expects === 'unknown' ? unknown : right)
  const isTaken = isRight && !(isStrict && answer.split(' ').length > 4)
  return { reason: `It says "${answer}".`, verdict: isTaken ? 'correct' : 'wrong' }
}

function factOf({ n = 0, text = '' }: { readonly n?: number; readonly text?: string }): object[] {
  if (n % 3 !== 0) return []
  const fact = {
    text,
    sources: [n],
    type: 'semantic',
    when: null,
    importance: 3,
    entities: [],
    relations: [],
  }
  return [fact]
}

/** A command whose models are behind a server that counts what it is asked, and a folder for its run. */
export async function preparedRun(line = '') {
  const folder = await freshFolder()
  onTestFinished(() => folder.remove())
  const script = new ScriptedReader()
  const server = await modelServer(script)
  onTestFinished(() => server[Symbol.asyncDispose]())
  const out = join(folder.path, 'run')
  const given = `--data ${sample} --out ${out} --base-url ${server.baseUrl} --top-k 5 --answer-model reader`
  const argsOf = (more: string): string[] => `${given} ${line} ${more}`.split(' ').filter(part => part !== '')
  const commandOf = (more: string) => {
    const command = parseAnswersCommand(argsOf(more), {})
    if (!command) throw new Error('No command was given.')
    return { ...command, out }
  }
  return {
    script,
    server,
    out,
    argsOf,
    commandOf,
    dry: (more = '') => dryRun(commandOf(more)),
    run: (more = '') => {
      const command = commandOf(more)
      return runAnswers(command, command.offline ? async () => undefined : openEndpoints(command, {}))
    },
  }
}
