import { parseWhere } from '../checks/parse-where.ts'
import type { Where, WhereNode } from '../contracts/where.ts'
import { parseTime } from './parse-time.ts'

/** A filter that a caller gave, undefined for none. Its times may be what `add` takes as times. */
export function parseFilter(where: Where | undefined): WhereNode | undefined {
  return where === undefined ? undefined : parseWhere(where, parseTime)
}
