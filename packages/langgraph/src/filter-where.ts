import { MemoryError } from '@agentmem/core'
import type { Where, WhereConditions } from '@agentmem/core'
import { show } from '@agentmem/core/adapter'

/** LangGraph's operators, and what they are called here. */
const operators: Readonly<Record<string, keyof WhereConditions>> = {
  $eq: 'eq',
  $ne: 'ne',
  $gt: 'gt',
  $gte: 'gte',
  $lt: 'lt',
  $lte: 'lte',
  $in: 'in',
  $nin: 'nin',
  $exists: 'exists',
}

/** A filter of LangGraph over the top keys of values, as conditions on the metadata that holds them. */
export function filterWhere(filter: Readonly<Record<string, unknown>>): Where[] {
  return Object.entries(filter).map(([key, wanted]) => ({
    path: ['value', key],
    ...conditionsOn(key, wanted),
  }))
}

function conditionsOn(key: string, wanted: unknown): WhereConditions {
  if (typeof wanted !== 'object' || wanted === null) return { eq: wanted as null }
  const conditions = Object.entries(wanted).map(([operator, operand]) => {
    const name = Object.hasOwn(operators, operator) ? operators[operator] : undefined
    if (name !== undefined) return [name, operand]
    const known = Object.keys(operators).join(', ')
    throw new MemoryError(
      'INVALID_ARGUMENT',
      `The filter compares '${key}' with ${show(wanted)}; give a string, a number, a boolean, null, or ${known}.`,
    )
  })
  return Object.fromEntries(conditions) as WhereConditions
}
