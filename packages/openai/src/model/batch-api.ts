import { randomUUID } from 'node:crypto'
import { MemoryError } from '@agentmem/core/adapter'
import type { CallOptions } from '@agentmem/core/adapter'
import type { HttpAnswer } from '../endpoint/explain-failure.ts'
import type { HttpEndpoint } from '../endpoint/http-endpoint.ts'
import { asObject, isObject, readBody } from '../endpoint/read-body.ts'
import type { JsonObject } from '../endpoint/read-body.ts'

/** What became of a line of a batch: the status and the body of its answer, or why it has none. */
export type BatchLine = HttpAnswer | { readonly missing: string }

/** Bounds of OpenAI's batches. */
const [mostLines, mostBytes] = [50_000, 200_000_000]
/** The entry of a batch's metadata by which it is found again. */
const keyName = 'agentmem'
/** Pages of 100 batches that are looked through for one that was handed in already. */
const pagesToLookThrough = 10

/** Chat completions that are handed in as a file, and answered within 24 hours: `/files` and `/batches`. */
export class BatchApi {
  readonly #endpoint: HttpEndpoint

  constructor(endpoint: HttpEndpoint) {
    this.#endpoint = endpoint
  }

  /** Hands in a body a line; returns the batch. One with the same key that runs, or ran to its end, is taken in its place. */
  async submit(bodies: readonly object[], key: string | undefined, { signal }: CallOptions): Promise<string> {
    const found = key === undefined ? undefined : await this.#find(key, signal)
    if (found !== undefined) return found
    const lines = bodies.map((body, i) => {
      return `${JSON.stringify({ custom_id: String(i), method: 'POST', url: '/v1/chat/completions', body })}\n`
    })
    const file = new Blob(lines, { type: 'application/jsonl' })
    if (lines.length > mostLines || file.size > mostBytes)
      throw new MemoryError(
        'INVALID_ARGUMENT',
        `A job has ${lines.length} requests and ${file.size} bytes; hand in at most ${mostLines} and ${mostBytes} at a time.`,
      )
    const form = new FormData()
    form.set('purpose', 'batch')
    form.set('file', file, 'requests.jsonl')
    const { id } = this.#read(
      await this.#endpoint.send({ method: 'POST', path: '/files', body: form }, signal),
    )
    return this.#create(String(id), key ?? randomUUID(), signal)
  }

  /** The lines, by the places of their bodies; undefined until they are there. Throws `NOT_FOUND` for a batch that is gone. */
  async collect(batch: string, count: number, { signal }: CallOptions): Promise<BatchLine[] | undefined> {
    const answer = await this.#endpoint.send({ method: 'GET', path: `/batches/${batch}` }, signal)
    if (answer.status === 404)
      throw new MemoryError(
        'NOT_FOUND',
        `${this.#endpoint.describe(answer)} The batch ${batch} is not there.`,
      )
    const { status, output_file_id, error_file_id, errors } = this.#read(answer)
    if (!['completed', 'expired', 'cancelled', 'failed'].includes(String(status))) return undefined
    const missing = `the batch ${batch} is ${String(status)}${reasonOf(errors)}, without an answer to this request`
    const lines = Array.from({ length: count }, (): BatchLine => ({ missing }))
    for (const file of [output_file_id, error_file_id])
      if (typeof file === 'string') this.#readLines(await this.#content(file, signal), lines)
    return lines
  }

  /** The batch that has a key; one that failed, or whose time was over, is none. */
  async #find(key: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    for (let page = 0, after = ''; page < pagesToLookThrough; page++) {
      const path = `/batches?limit=100${after}`
      const { data, has_more } = this.#read(await this.#endpoint.send({ method: 'GET', path }, signal))
      const batches = Array.isArray(data) ? (data as unknown[]).filter(isObject) : []
      const found = batches.find(({ metadata, status }) => {
        const isGone = ['failed', 'expired', 'cancelled', 'cancelling'].includes(String(status))
        return !isGone && isObject(metadata) && metadata[keyName] === key
      })
      if (found) return String(found['id'])
      if (has_more !== true || batches.length === 0) return undefined
      after = `&after=${encodeURIComponent(String(batches.at(-1)?.['id']))}`
    }
    return undefined
  }

  /** A batch whose answer was lost on the way may run: it is looked for, since another would be paid for too. */
  async #create(file: string, key: string, signal: AbortSignal | undefined): Promise<string> {
    const body = {
      input_file_id: file,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
      metadata: { [keyName]: key },
    }
    const call = { method: 'POST', path: '/batches', body: JSON.stringify(body) } as const
    try {
      return String(this.#read(await this.#endpoint.send(call, signal, 0))['id'])
    } catch (error) {
      const { code } = MemoryError.from(error, `${this.#endpoint.name} failed`)
      const found = code === 'UNAVAILABLE' || code === 'TIMEOUT' ? await this.#find(key, signal) : undefined
      if (found !== undefined) return found
      throw error
    }
  }

  async #content(file: string, signal: AbortSignal | undefined): Promise<string> {
    const call = { method: 'GET', path: `/files/${encodeURIComponent(file)}/content`, isFile: true } as const
    const answer = await this.#endpoint.send(call, signal)
    if (answer.status === 200) return answer.body
    throw this.#endpoint.explain(answer)
  }

  /** A line that is none leaves its request without an answer. */
  #readLines(text: string, lines: BatchLine[]): void {
    for (const line of text.split('\n')) {
      if (line.trim() === '') continue
      readBody(line, this.#endpoint.name, value => {
        const { custom_id, response, error } = asObject(value)
        const place = Number(custom_id)
        if (!Object.hasOwn(lines, place)) return
        if (isObject(response)) {
          const { status_code: status = 200, body } = response
          lines[place] = { status: Number(status), body: JSON.stringify(body ?? null) }
        } else {
          const { message, code } = isObject(error) ? error : {}
          lines[place] = { missing: String(message ?? code ?? 'there is no reason') }
        }
      })
    }
  }

  #read(answer: HttpAnswer): JsonObject {
    if (answer.status === 200 && !answer.hasError) return readBody(answer.body, this.#endpoint.name, asObject)
    if (answer.status === 404 || answer.status === 405)
      throw new MemoryError(
        'UNSUPPORTED',
        `${this.#endpoint.describe(answer)} It takes no deferred work, which needs /files and /batches; use generate.`,
      )
    throw this.#endpoint.explain(answer)
  }
}

function reasonOf(errors: unknown): string {
  const data = isObject(errors) ? errors['data'] : undefined
  const [first] = Array.isArray(data) ? (data as unknown[]).filter(isObject) : []
  return first ? ` (${String(first['message'] ?? first['code'])})` : ''
}
