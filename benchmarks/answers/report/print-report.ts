import { formatNumber } from '../../measured/format-number.ts'
import { formatTable } from '../../terminal/format-table.ts'
import type { Ending } from '../kept/run-files.ts'
import type { Agreement } from './agreement.ts'
import type { AnswerReport, GroupScores, ModeScores, StageCost } from './answer-report.ts'
import type { Share } from './wilson-interval.ts'

const notAnswered: readonly Ending[] = ['refused', 'cut', 'unreadable', 'rejected']

/** The tables of a run. */
export function printReport(report: AnswerReport): string {
  const { settings, modes, agreement } = report
  const { judges } = settings
  return [
    `${report.questions} questions about ${report.turns} turns of ${report.users} conversations (${settings.format}). Answers by ${settings.answerModel}, facts by ${settings.memoryModel}, embedder ${settings.embedder}, ${settings.topK} memories a search.`,
    'Share of right answers by each judge, of all questions of a row, with its 95% interval (Wilson). An unanswerable question is answered rightly by saying so.',
    scoreTable(judges, modes, ({ groups }) => groups),
    'By category',
    scoreTable(judges, modes, ({ categories }) => categories),
    ...(report.differences.length > 0
      ? [
          'Against the baselines: the difference of the shares, of answerable questions, with the 95% interval of a bootstrap that is paired by question',
          differenceTable(report),
        ]
      : []),
    'What was shown: tokens a question by o200k, the share of the evidence among it, milliseconds of a search; answers that were none, and verdicts that were none, by judge.',
    shownTable(judges, modes),
    ...(agreement ? [printAgreement(judges, agreement)] : []),
    ...(report.memories.length > 0 ? ['What was remembered', memoryTable(report)] : []),
    'Calls of models and their tokens, by the stage that asked first, all starts of the run together',
    printCosts(report.costs),
  ].join('\n\n')
}

function scoreTable(
  judges: readonly string[],
  modes: readonly ModeScores[],
  groupsOf: (scores: ModeScores) => readonly GroupScores[],
): string {
  const rows = modes.flatMap(scores =>
    groupsOf(scores).map(({ name, questions, scores: byJudge }) => [
      `${scores.mode}: ${name}`,
      String(questions),
      ...judges.map(judge => printShare(byJudge[judge])),
    ]),
  )
  return formatTable(['', 'questions', ...judges], rows)
}

function printShare(share: Share | undefined): string {
  if (!share) return ''
  return `${share.share.toFixed(3)} (${share.low.toFixed(3)} to ${share.high.toFixed(3)})`
}

function differenceTable({ differences, settings: { judges } }: AnswerReport): string {
  const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`
  return formatTable(
    ['', ...judges],
    differences.map(({ mode, baseline, byJudge }) => [
      `${mode} against ${baseline}`,
      ...judges.map(judge => {
        const { mean = 0, low = 0, high = 0 } = byJudge[judge] ?? {}
        return `${signed(mean)} (${signed(low)} to ${signed(high)})`
      }),
    ]),
  )
}

function shownTable(judges: readonly string[], modes: readonly ModeScores[]): string {
  return formatTable(
    ['', 'tokens', 'evidence', 'p50', 'p95', 'first', 'no answer', 'no verdict'],
    modes.map(({ mode, contextTokens, evidence, latency, firstSearch, endings, withoutVerdict }) => {
      const named = notAnswered.flatMap(ending => (endings[ending] ? `${endings[ending]} ${ending}` : []))
      return [
        mode,
        formatNumber(Math.round(contextTokens)).replace(/\.0+$/, ''),
        evidence === null ? '' : evidence.toFixed(3),
        ...[latency?.p50, latency?.p95, firstSearch].map(time =>
          time === undefined || Number.isNaN(time) ? '' : formatNumber(time),
        ),
        named.length === 0 ? '0' : named.join(', '),
        judges.map(judge => withoutVerdict[judge] ?? 0).join(', '),
      ]
    }),
  )
}

function printAgreement(judges: readonly string[], agreement: Agreement): string {
  const { n, bothCorrect, bothWrong, onlyFirst, onlySecond, share, kappa } = agreement
  const [first, second] = judges
  const beyond = kappa === null ? 'no kappa: each says the same of all' : `Cohen's kappa ${kappa.toFixed(3)}`
  return `The judges agree on ${n === 0 ? 'nothing: no answer has two verdicts' : `${share.toFixed(3)} of ${n} answers (${beyond})`}: correct to both ${bothCorrect}, wrong to both ${bothWrong}, correct to ${first} alone ${onlyFirst}, to ${second} alone ${onlySecond}.`
}

function memoryTable({ memories }: AnswerReport): string {
  return formatTable(
    ['', 'users', 'messages', 'facts', 'without facts', 'seconds'],
    memories.map(({ memory, users, messages, facts, failed, seconds }) => [
      memory,
      ...[users, messages, facts, failed].map(count => count.toLocaleString('en-US')),
      formatNumber(seconds),
    ]),
  )
}

/** Calls and tokens by stage. */
export function printCosts(costs: readonly StageCost[]): string {
  const counts = ['calls', 'input', 'output', 'estimated'] as const
  const total = Object.fromEntries(
    counts.map(name => [name, costs.reduce((sum, cost) => sum + cost[name], 0)]),
  )
  return formatTable(
    ['', 'calls', 'input tokens', 'output tokens', 'of them estimated'],
    [...costs, { stage: 'in all', ...total }].map(cost => [
      cost.stage,
      ...counts.map(
        name => (cost as Readonly<Record<string, number | string>>)[name]?.toLocaleString() ?? '',
      ),
    ]),
  )
}
