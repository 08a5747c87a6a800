import { judgePrompt } from './judge-prompt.ts'

/** Takes an answer that has the gist of the right one. */
export const lenientJudge: string = judgePrompt([
  'The answer is correct when it holds the right answer or its gist, in whatever words and however much it says beside it.',
  'A date or time is correct in any form, and also when it is relative or less exact than the right one as long as it means the same time. A count of days, weeks or months may be off by one.',
  'Where the right answer has changed over time, naming the earlier one beside the latest one is correct.',
  'Of a list, most of what is in the right answer is enough.',
  'It is wrong when it contradicts the right answer, has nothing of it, or says that it is not known although there is a right answer.',
])
