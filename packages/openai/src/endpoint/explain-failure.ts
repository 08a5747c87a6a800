import { MemoryError } from '@agentmem/core/adapter'

/** The answer of an endpoint. */
export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

/** True when the same request may succeed later. */
export function mayPass({ status, body }: HttpAnswer): boolean {
  // OpenAI also answers 429 to an account without credit, and waiting does not help that.
  if (status === 429) return !body.includes('insufficient_quota')
  return status === 408 || status === 409 || status >= 500
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
  { status, body }: HttpAnswer,
  name: string,
  secrets: readonly string[],
): string {
  const reason = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), reasonIn(body).trim())
  const short = reason.length > 300 ? `${reason.slice(0, 300)}...` : reason
  return `${name} answered ${status}: ${short === '' ? 'no reason is given' : short.replace(/\.$/, '')}.`
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
