import { UsageError } from '../../run/command-options.ts'
import type { AnswerData, AnswerQuestion, Said } from '../question.ts'
import { entriesOf, entryOf, listOf, textOf } from './field.ts'
import type { Entry } from './field.ts'

const secondsBetweenTurns = 30

/**
 * Reads conversations in the format of LongMemEval (Wu et al., "LongMemEval: Benchmarking Chat Assistants on Long-Term
 * Interactive Memory", ICLR 2025): each question has sessions of its own with an assistant. Those whose id ends with `_abs` have
 * no answer in them; those about a preference have a description of what a right answer does. Turns without a text are left
 * out.
 */
export function readLongMemEval(instances: readonly Entry[]): AnswerData {
  const turns: Said[] = []
  const questions: AnswerQuestion[] = []
  for (const instance of instances) {
    const id = textOf(instance, 'question_id')
    const own = sessionsOf(instance, id)
    turns.push(...own.map(({ said }) => said))
    questions.push(
      questionOf(
        instance,
        id,
        own.flatMap(({ said, isEvidence }) => (isEvidence ? [said.metadata.diaId] : [])),
      ),
    )
  }
  return { format: 'LongMemEval', turns, questions }
}

/** In the order of their times: the file with the evidence alone is not in order. */
function sessionsOf(
  instance: Entry,
  userId: string,
): { readonly said: Said; readonly isEvidence: boolean }[] {
  const [ids, dates] = ['haystack_session_ids', 'haystack_dates'].map(name =>
    listOf(instance, name).map(String),
  )
  const sessions = listOf(instance, 'haystack_sessions').map((session, n) => ({
    entry: entryOf({ session }, `${instance.place}, haystack_sessions[${n}]`),
    runId: ids?.[n] ?? `session ${n}`,
    start: timeOf(dates?.[n] ?? '', `${instance.place}, haystack_dates[${n}]`),
  }))
  return sessions
    .toSorted((a, b) => a.start - b.start)
    .flatMap(({ entry, runId, start }, n) =>
      entriesOf(entry, 'session').flatMap((turn, i) => {
        const content = textOf(turn, 'content')
        if (content.trim() === '') return []
        const said = {
          content,
          userId,
          runId,
          createdAt: new Date(start + i * secondsBetweenTurns * 1_000).toISOString(),
          role: textOf(turn, 'role'),
          metadata: { diaId: `S${n + 1}:${i + 1}` },
        }
        return [{ said, isEvidence: turn.value['has_answer'] === true }]
      }),
    )
}

function questionOf(instance: Entry, id: string, evidence: readonly string[]): AnswerQuestion {
  const category = textOf(instance, 'question_type')
  const isUnknown = id.endsWith('_abs')
  return {
    id,
    question: textOf(instance, 'question'),
    userId: id,
    evidence,
    category: isUnknown ? 'abstention' : category,
    expects: isUnknown ? 'unknown' : category === 'single-session-preference' ? 'rubric' : 'answer',
    answer: isUnknown ? '' : textOf(instance, 'answer'),
    askedAt: new Date(
      timeOf(textOf(instance, 'question_date'), `${instance.place}, question_date`),
    ).toISOString(),
  }
}

/** '2023/05/30 (Tue) 23:40', as UTC. */
function timeOf(text: string, place: string): number {
  const [, year, month, day, hour, minute] =
    /^\s*(\d{4})\/(\d{2})\/(\d{2})\s*(?:\(\w+\)\s*)?(\d{2}):(\d{2})\s*$/.exec(text) ?? []
  if (year === undefined) {
    throw new UsageError(`${place} must be a time such as '2023/05/30 (Tue) 23:40', not '${text}'.`)
  }
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute))
}
