import { UsageError } from '../../run/command-options.ts'
import type { AnswerData, AnswerQuestion, Said } from '../question.ts'
import { entriesOf, entryOf, listOf, optionalText, textOf } from './field.ts'
import type { Entry } from './field.ts'

/** What its numbers stand for. */
const categories: Readonly<Record<string, string>> = {
  1: 'multi-hop',
  2: 'temporal',
  3: 'open-domain',
  4: 'single-hop',
  5: 'adversarial',
}
const adversarial = '5'
const secondsBetweenTurns = 30

/**
 * Reads conversations in the format of LoCoMo (Maharana et al., "Evaluating Very Long-Term Conversational Memory of LLM
 * Agents", ACL 2024): sessions of two people, and questions of five categories, of which the adversarial ones have no answer
 * in the conversation. A photo that is shared stands in the text of its turn by its caption.
 */
export function readLocomo(samples: readonly Entry[]): AnswerData {
  const turns: Said[] = []
  const questions: AnswerQuestion[] = []
  for (const sample of samples) {
    const userId = textOf(sample, 'sample_id')
    const own = turnsOf(entryOf(sample.value['conversation'], `${sample.place}, conversation`), userId)
    const known = new Set(own.map(({ metadata }) => metadata.diaId))
    turns.push(...own)
    questions.push(...entriesOf(sample, 'qa').map((qa, i) => questionOf(qa, userId, i, known)))
  }
  return { format: 'LoCoMo', turns, questions }
}

function turnsOf(conversation: Entry, userId: string): Said[] {
  const sessions = Object.keys(conversation.value)
    .flatMap(name => /^session_(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b)
  return sessions.flatMap(number => {
    const name = `session_${number}`
    const start = timeOf(conversation, `${name}_date_time`)
    return entriesOf(conversation, name).map((turn, i) => {
      const speaker = textOf(turn, 'speaker')
      const caption = optionalText(turn, 'blip_caption')
      const shared = caption === undefined ? '' : ` [shares a photo: ${caption}]`
      return {
        content: `${speaker}: ${textOf(turn, 'text')}${shared}`,
        userId,
        runId: `${userId}-${name}`,
        createdAt: new Date(start + i * secondsBetweenTurns * 1_000).toISOString(),
        actorId: speaker,
        role: 'user',
        metadata: { diaId: textOf(turn, 'dia_id') },
      }
    })
  })
}

function questionOf(qa: Entry, userId: string, i: number, known: ReadonlySet<string>): AnswerQuestion {
  const number = textOf(qa, 'category')
  const category = categories[number]
  if (category === undefined) {
    throw new UsageError(`${qa.place}: category must be 1 to 5, not ${number}.`)
  }
  // Some evidence is several names in one text, or a name of nothing.
  const evidence = listOf(qa, 'evidence').flatMap(names => String(names).match(/D\d+:\d+/g) ?? [])
  const isUnknown = number === adversarial
  return {
    id: `${userId}/${i}`,
    question: textOf(qa, 'question'),
    userId,
    evidence: evidence.filter(name => known.has(name)),
    category,
    expects: isUnknown ? 'unknown' : 'answer',
    answer: isUnknown ? '' : textOf(qa, 'answer'),
    askedAt: undefined,
  }
}

const months = 'january february march april may june july august september october november december'.split(
  ' ',
)

/** '1:56 pm on 8 May, 2023', as UTC. */
function timeOf(conversation: Entry, name: string): number {
  const text = textOf(conversation, name)
  const [, hour, minute, half, day, month = '', year] =
    /^\s*(\d{1,2}):(\d{2})\s*([ap])m\s+on\s+(\d{1,2})\s+(\w+),?\s+(\d{4})\s*$/i.exec(text) ?? []
  const place = months.indexOf(month.toLowerCase())
  if (place < 0) {
    throw new UsageError(
      `${conversation.place}: ${name} must be a time such as '1:56 pm on 8 May, 2023', not '${text}'.`,
    )
  }
  const hours = (Number(hour) % 12) + (half?.toLowerCase() === 'p' ? 12 : 0)
  return Date.UTC(Number(year), place, Number(day), hours, Number(minute))
}
