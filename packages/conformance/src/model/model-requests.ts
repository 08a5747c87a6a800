import { ok } from 'node:assert/strict'
import type { JsonSchema, ModelAnswer, ModelRequest } from '@agentmem/core/adapter'

export const schema: JsonSchema = {
  type: 'object',
  properties: { facts: { type: 'array', items: { type: 'string' } } },
  required: ['facts'],
  additionalProperties: false,
}

/** A request whose data has its id. */
export function requestOf(id: string, fields: Partial<ModelRequest> = {}): ModelRequest {
  const said = { system: 'You answer with JSON.', user: `{"question":"${id}"}` }
  return { id, ...said, name: 'facts', schema, maxOutputTokens: 200, ...fields }
}

/** The text of an answer, which must have one. */
export function textOf(answer: ModelAnswer | undefined): string {
  ok(
    answer && 'text' in answer,
    `no answer: ${answer && 'error' in answer ? answer.error.message : 'undefined'}`,
  )
  return answer.text
}
