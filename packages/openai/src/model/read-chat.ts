import type { ModelAnswer } from '@agentmem/core/adapter'
import { asObject, isObject, readBody } from '../endpoint/read-body.ts'

/** An answer that is no error of the endpoint. */
export type ChatAnswer = Exclude<ModelAnswer, { readonly error: unknown }>

/** Reads the first choice of a chat completion. Throws `BACKEND` for what is none. */
export function readChat(body: string, name: string): ChatAnswer {
  return readBody(body, name, answer => {
    const { choices, usage } = asObject(answer)
    const [choice] = Array.isArray(choices) ? (choices as unknown[]) : []
    if (!isObject(choice)) throw new TypeError('it has no choices')
    const { message, finish_reason: reason } = choice
    const { content, refusal } = isObject(message) ? message : {}
    const text = textOf(content)
    const isRefused = reason === 'content_filter' || (typeof refusal === 'string' && refusal !== '')
    const finish = isRefused
      ? 'refused'
      : reason === 'length'
        ? 'length'
        : reason === 'stop'
          ? 'stop'
          : 'other'
    return { text: isRefused ? '' : text, finish, usage: usageOf(usage) }
  })
}

/** A text, or parts of which some are texts. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return (content as unknown[])
    .map(part => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('')
}

function usageOf(usage: unknown): ChatAnswer['usage'] {
  const { prompt_tokens, completion_tokens, prompt_tokens_details: details } = isObject(usage) ? usage : {}
  const cached = isObject(details) ? details['cached_tokens'] : undefined
  return {
    input: count(prompt_tokens),
    output: count(completion_tokens),
    ...(typeof cached === 'number' && { cached: count(cached) }),
  }
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0
}
