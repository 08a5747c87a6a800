import { UsageError } from '../../run/command-options.ts'
import type { AnswerData, AnswerQuestion, Said } from '../question.ts'
import { entryOf, listOf, optionalText, textOf } from './field.ts'
import type { Entry } from './field.ts'

/**
 * Reads the lines of `npm run bench:recall`: turns `{content, userId, runId?, createdAt?, actorId?, role?, metadata: {diaId}}`,
 * and questions `{question, userId, evidence?, category?}` with three fields more: `answer`, which is null where the
 * conversation does not tell, and where they are known `id` and `askedAt`.
 */
export function readOwn(turns: readonly Entry[], questions: readonly Entry[]): AnswerData {
  const said = turns.map(turnOf)
  const users = new Set(said.map(({ userId }) => userId))
  return {
    format: 'own',
    turns: [...Map.groupBy(said, ({ userId }) => userId).values()].flat(),
    questions: questions.map((question, i) => questionOf(question, i, users)),
  }
}

function turnOf(turn: Entry): Said {
  const metadata = entryOf(turn.value['metadata'], `${turn.place}, metadata`)
  const [content, createdAt] = [textOf(turn, 'content'), optionalText(turn, 'createdAt')]
  if (content.trim() === '') throw new UsageError(`${turn.place}: content is empty.`)
  if (createdAt !== undefined && Number.isNaN(Date.parse(createdAt))) {
    throw new UsageError(`${turn.place}: createdAt must be a time in ISO 8601, not '${createdAt}'.`)
  }
  const [runId, actorId, role] = ['runId', 'actorId', 'role'].map(name => optionalText(turn, name))
  return {
    content,
    userId: textOf(turn, 'userId'),
    ...(runId !== undefined && { runId }),
    ...(createdAt !== undefined && { createdAt }),
    ...(actorId !== undefined && { actorId }),
    ...(role !== undefined && { role }),
    metadata: { diaId: textOf(metadata, 'diaId') },
  }
}

function questionOf(question: Entry, i: number, users: ReadonlySet<string>): AnswerQuestion {
  const { value, place } = question
  const userId = textOf(question, 'userId')
  if (!users.has(userId)) throw new UsageError(`${place}: no turn is of the user '${userId}'.`)
  if (value['answer'] === undefined) {
    throw new UsageError(`${place} has no answer; it is null where the conversation does not tell.`)
  }
  const isUnknown = value['answer'] === null
  return {
    id: optionalText(question, 'id') ?? String(i + 1),
    question: textOf(question, 'question'),
    userId,
    evidence: value['evidence'] === undefined ? [] : listOf(question, 'evidence').map(String),
    category: optionalText(question, 'category') ?? (isUnknown ? 'unanswerable' : 'all'),
    expects: isUnknown ? 'unknown' : 'answer',
    answer: isUnknown ? '' : textOf(question, 'answer'),
    askedAt: optionalText(question, 'askedAt'),
  }
}
