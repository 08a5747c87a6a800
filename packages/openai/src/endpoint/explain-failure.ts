import { MemoryError } from '@agentmem/core/adapter'

/** The answer of an endpoint. */
export interface HttpAnswer {
  readonly status: number
  readonly body: string
  /** True where 200 came with an error inside, whose own status is `status`; 200 where it names none. */
  readonly hasError?: boolean
}

/** An answer that is longer holds vectors. */
const longestError = 65_536

/** The answer, with the status of the error that is inside a 200, as gateways put it there. */
export function unwrapError(answer: HttpAnswer): HttpAnswer {
  if (answer.status !== 200 || answer.body.length > longestError || !answer.body.includes('"error"'))
    return answer
  const { error, data, results } = objectIn(answer.body)
  if (error === undefined || error === null || error === false || data !== undefined || results !== undefined)
    return answer
  return { status: statusOf(error), body: answer.body, hasError: true }
}

function statusOf(error: unknown): number {
  const { code, status, type } = Object(error) as Record<string, unknown>
  const named = [code, status].map(Number).find(number => number >= 400 && number <= 599)
  if (named !== undefined) return named
  const words = typeof error === 'string' ? error : [code, status, type].map(String).join(' ')
  if (/rate.?limit|too many|resource.?exhausted/i.test(words)) return 429
  return /overload|unavailable|temporar|timeout|timed out|try again/i.test(words) ? 503 : 200
}

function objectIn(body: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(body)) as Record<string, unknown>
  } catch {
    return {}
  }
}

/** True when the same request may succeed later. */
export function mayPass({ status, body }: HttpAnswer): boolean {
  // OpenAI also answers 429 to an account without credit, and waiting does not help that.
  if (status === 429) return !body.includes('insufficient_quota')
  return status === 408 || status === 409 || isFault({ status }) || status >= 500
}

/** True where the server itself failed at what it was sent, which a text may be the cause of: 424 is that of Text Embeddings Inference. */
export function isFault({ status }: Pick<HttpAnswer, 'status'>): boolean {
  return status === 500 || status === 424
}

/** True when the endpoint refuses what was sent: one of the texts, or all of them together. */
export function blamesInput({ status }: HttpAnswer): boolean {
  return status === 400 || status === 413 || status === 422
}

/** The error for an answer that is not 200: `UNAVAILABLE` when it may pass, otherwise `BACKEND`. */
export function explainFailure(answer: HttpAnswer, name: string, secrets: readonly string[]): MemoryError {
  const { status } = answer
  const described = describeAnswer(answer, name, secrets)
  if (mayPass(answer)) return new MemoryError('UNAVAILABLE', described)
  if (status === 401 || status === 403) {
    // The body is left out: endpoints quote a part of the key in it.
    return new MemoryError(
      'BACKEND',
      `${name} answered ${status}: check the apiKey, or the headers that replace it.`,
    )
  }
  if (status >= 300 && status < 400) {
    return new MemoryError(
      'BACKEND',
      `${name} answered ${status}: it redirects the request elsewhere; correct the baseUrl.`,
    )
  }
  return new MemoryError(
    'BACKEND',
    status === 404 ? `${described} Check the baseUrl and the model.` : described,
  )
}

/** The status and what the endpoint says about it, without secrets. */
export function describeAnswer(
  { status, body, hasError = false }: HttpAnswer,
  name: string,
  secrets: readonly string[],
): string {
  const reason = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), reasonIn(body).trim())
  const short = reason.length > 300 ? `${reason.slice(0, 300)}...` : reason
  const answered = hasError ? `200 with an error${status === 200 ? '' : ` of ${status}`}` : String(status)
  return `${name} answered ${answered}: ${short === '' ? 'no reason is given' : short.replace(/\.$/, '')}.`
}

/** OpenAI's form, those of some other servers, or the body as it is. */
function reasonIn(body: string): string {
  try {
    const { error, message, detail } = JSON.parse(body) as Record<string, unknown>
    const nested = typeof error === 'object' && error !== null && 'message' in error ? error.message : error
    const reason = nested ?? message ?? detail
    return typeof reason === 'string' ? reason : JSON.stringify(reason ?? body)
  } catch {
    return body
  }
}
