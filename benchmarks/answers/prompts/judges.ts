import { lenientJudge } from './lenient-judge.ts'
import { strictJudge } from './strict-judge.ts'

/** The instructions of judges by name. The same answers score far apart by them: no figure goes without its judge. */
export const judges: Readonly<Record<string, string>> = { lenient: lenientJudge, strict: strictJudge }
