import { judgePrompt } from './judge-prompt.ts'

/** Takes an answer that says all of the right one, and nothing wrong beside it. */
export const strictJudge: string = judgePrompt([
  'The answer is correct only when it says all that the right answer says; wording and order do not matter.',
  'A date, a time, a number, a name or a place must be the same one, as exact as in the right answer; another form of it is the same one.',
  'Of a list, every entry must be there, and none that the right answer does not have.',
  'It is wrong when anything beside the right answer contradicts it, when it offers several answers to choose from, or when it only touches on the topic.',
  'In doubt it is wrong.',
])
