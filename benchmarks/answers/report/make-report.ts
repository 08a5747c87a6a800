import { mean, median, percentile } from '../../measured/statistics.ts'
import { modes } from '../modes.ts'
import type { AnswerMode } from '../modes.ts'
import type { AnswerQuestion } from '../question.ts'
import { answeredFor } from '../stages/answer.ts'
import type { AnswerRun, JudgeModel } from '../stages/answer-run.ts'
import { evidenceShown } from '../stages/evidence-shown.ts'
import { judgedFor } from '../stages/judge.ts'
import { retrievedFor } from '../stages/retrieve.ts'
import type { AnswerReport, AnswerSettings, GroupScores, ModeScores } from './answer-report.ts'
import { memoryCosts, stageCosts } from './costs.ts'
import { agreementIn, differencesIn, verdictOf } from './verdicts.ts'
import { wilsonInterval } from './wilson-interval.ts'

/** What a run that is done came to. */
export function makeReport(run: AnswerRun, settings: AnswerSettings): AnswerReport {
  const conversations = [...run.conversations.values()]
  return {
    settings,
    questions: run.questions.length,
    users: conversations.length,
    turns: conversations.reduce((sum, { turns }) => sum + turns.length, 0),
    modes: run.modes.map(mode => scoresOf(run, mode)),
    differences: differencesIn(run),
    agreement: agreementIn(run),
    memories: memoryCosts(run.files.ingest.values()),
    costs: stageCosts(run.files.transcript.values()),
  }
}

function scoresOf(run: AnswerRun, mode: AnswerMode): ModeScores {
  const { questions, judges } = run
  const answers = questions.flatMap(question => answeredFor(run, mode, question) ?? [])
  const endings = Map.groupBy(answers, ({ ending }) => ending)
  const withoutVerdict = (judge: JudgeModel): number =>
    questions.filter(question => judgedFor(run, judge, mode, question)?.verdict === 'none').length
  const evidence = questions.flatMap(question => evidenceShown(run, mode, question) ?? [])
  return {
    mode,
    about: modes[mode],
    groups: grouped(run, mode, ({ expects }) => (expects === 'unknown' ? 'unanswerable' : 'answerable')),
    categories: grouped(run, mode, ({ category }) => category),
    endings: Object.fromEntries([...endings].map(([ending, { length }]) => [ending, length])),
    withoutVerdict: Object.fromEntries(judges.map(judge => [judge.name, withoutVerdict(judge)])),
    contextTokens: mean(answers.map(({ contextTokens }) => contextTokens)),
    evidence: evidence.length === 0 ? null : mean(evidence),
    ...searchTimes(run, mode),
  }
}

/** The groups in the order of their names. */
function grouped(
  run: AnswerRun,
  mode: AnswerMode,
  nameOf: (question: AnswerQuestion) => string,
): GroupScores[] {
  return [...Map.groupBy(run.questions, nameOf)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, questions]) => ({
      name,
      questions: questions.length,
      scores: Object.fromEntries(
        run.judges.map(judge => {
          const right = questions.filter(question => verdictOf(run, judge, mode, question) === true)
          return [judge.name, wilsonInterval(right.length, questions.length)]
        }),
      ),
    }))
}

function searchTimes(run: AnswerRun, mode: AnswerMode): Pick<ModeScores, 'latency' | 'firstSearch'> {
  const found = run.questions.flatMap(question => retrievedFor(run, mode, question) ?? [])
  if (found.length === 0) return { latency: undefined, firstSearch: undefined }
  const [first, later] = [true, false].map(isFirst =>
    found.filter(one => one.isFirst === isFirst).map(({ ms }) => ms),
  )
  const times = later ?? []
  return {
    latency: { p50: percentile(times, 0.5), p95: percentile(times, 0.95), n: times.length },
    firstSearch: median(first ?? []),
  }
}
