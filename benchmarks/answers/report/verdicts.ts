import { pairedDifference } from '../../retrieval/summarize-scores.ts'
import { baselines } from '../modes.ts'
import type { AnswerMode } from '../modes.ts'
import type { AnswerQuestion } from '../question.ts'
import { answeredFor } from '../stages/answer.ts'
import type { AnswerRun, JudgeModel } from '../stages/answer-run.ts'
import { judgedFor } from '../stages/judge.ts'
import { agreementOf } from './agreement.ts'
import type { Agreement } from './agreement.ts'
import type { Difference } from './answer-report.ts'

/** Whether a judge takes an answer for right; undefined where there is no answer or no verdict. */
export function verdictOf(
  run: AnswerRun,
  judge: JudgeModel,
  mode: AnswerMode,
  question: AnswerQuestion,
): boolean | undefined {
  if (answeredFor(run, mode, question)?.ending !== 'answered') return undefined
  const verdict = judgedFor(run, judge, mode, question)?.verdict
  return verdict === undefined || verdict === 'none' ? undefined : verdict === 'correct'
}

/** How often the first two judges agree, over the answers of all modes. */
export function agreementIn(run: AnswerRun): Agreement | undefined {
  const [first, second] = run.judges
  if (!first || !second) return undefined
  const pairs = run.modes.flatMap(mode =>
    run.questions.flatMap((question): (readonly [boolean, boolean])[] => {
      const [one, other] = [first, second].map(judge => verdictOf(run, judge, mode, question))
      return one === undefined || other === undefined ? [] : [[one, other]]
    }),
  )
  return agreementOf(pairs)
}

/** Each mode of agentmem beside each baseline of the run. */
export function differencesIn(run: AnswerRun): Difference[] {
  const asked = run.questions.filter(({ expects }) => expects !== 'unknown')
  const isBaseline = (mode: AnswerMode): boolean => baselines.includes(mode)
  const rightOf = (judge: JudgeModel, mode: AnswerMode): number[] =>
    asked.map(question => (verdictOf(run, judge, mode, question) === true ? 1 : 0))
  if (asked.length === 0) return []
  return run.modes
    .filter(mode => !isBaseline(mode))
    .flatMap(mode =>
      run.modes.filter(isBaseline).map(baseline => ({
        mode,
        baseline,
        byJudge: Object.fromEntries(
          run.judges.map(judge => [
            judge.name,
            pairedDifference(rightOf(judge, mode), rightOf(judge, baseline)),
          ]),
        ),
      })),
    )
}
