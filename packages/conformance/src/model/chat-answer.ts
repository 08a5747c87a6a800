import { saidIn } from './scripted-answer.ts'
import type { ScriptedAnswer, ScriptedRequest } from './scripted-answer.ts'

/** The body of a request for a chat completion. */
export interface ChatBody extends Record<string, unknown> {
  readonly messages?: readonly { readonly role: string; readonly content: string }[]
  readonly response_format?: { readonly type: string; readonly json_schema?: { readonly schema: unknown } }
  readonly max_tokens?: number
  readonly max_completion_tokens?: number
}

/** A status and its JSON. */
export interface HttpReply {
  readonly status: number
  readonly value: object
}

/** What a chat completion asks, as a script has it. */
export function requestOf(body: ChatBody): ScriptedRequest {
  const [system = '', user = ''] = ['system', 'user'].map(
    role => body.messages?.find(message => message.role === role)?.content,
  )
  const schema = body.response_format?.json_schema?.schema
  return { system, user, schema, maxOutputTokens: body.max_tokens ?? body.max_completion_tokens ?? 0 }
}

/** A scripted answer in the form of a chat completion. */
export function chatAnswer(scripted: ScriptedAnswer | undefined): HttpReply {
  if (!scripted) return failure(400, 'Nothing was written for this request.')
  if (scripted.fails !== undefined) return failure(scripted.fails, `It answered ${scripted.fails}.`)
  const { finish = 'stop', usage = { input: 10, output: 5 } } = scripted
  const message =
    finish === 'refused'
      ? { role: 'assistant', content: null, refusal: 'I cannot help with that.' }
      : { role: 'assistant', content: saidIn(scripted), refusal: null }
  const value = {
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: finish === 'length' ? 'length' : 'stop' }],
    usage: { prompt_tokens: usage.input, completion_tokens: usage.output },
  }
  return { status: 200, value }
}

export function failure(status: number, message: string): HttpReply {
  return { status, value: { error: { message } } }
}
