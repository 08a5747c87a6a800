import { chatAnswer, failure, requestOf } from './chat-answer.ts'
import type { ChatBody, HttpReply } from './chat-answer.ts'
import type { ScriptedJob, ScriptedJobs } from './scripted-jobs.ts'

/** A request to `/files` or `/batches`. */
export interface BatchRequest {
  readonly method: string
  /** Behind the base address, without its query, such as '/batches'. */
  readonly path: string
  readonly contentType: string
  readonly text: string
}

interface Line {
  readonly custom_id: string
  readonly body: ChatBody
}

/** The files and batches of an endpoint of OpenAI's form, played by a script. */
export class BatchRoutes {
  readonly #jobs: ScriptedJobs
  readonly #files = new Map<string, string>()
  readonly #lines = new Map<string, readonly Line[]>()
  /** Bodies of chat completions, as they come in. */
  readonly #bodies: ChatBody[]

  constructor(jobs: ScriptedJobs, bodies: ChatBody[]) {
    this.#jobs = jobs
    this.#bodies = bodies
  }

  /** The answer: JSON, or the text of a file; 404 for an address that is none. */
  answer({ method, path, contentType, text }: BatchRequest): HttpReply | { readonly file: string } {
    const [, kind = '', id, part] = path.split('/')
    if (kind === 'files' && method === 'POST') {
      const name = this.#addFile(fileIn(text, contentType))
      return { status: 200, value: { id: name, object: 'file', purpose: 'batch' } }
    }
    if (kind === 'files' && id !== undefined && part === 'content') {
      const file = this.#files.get(id)
      return file === undefined ? failure(404, `No file ${id}.`) : { file }
    }
    if (kind === 'batches' && method === 'POST')
      return this.#create(JSON.parse(text) as Record<string, unknown>)
    if (kind === 'batches' && id !== undefined) return this.#show(id)
    if (kind === 'batches') {
      const data = this.#jobs.jobs.map(job => batchOf(job, this.#jobs.statusOf(job))).toReversed()
      return { status: 200, value: { object: 'list', data, has_more: false } }
    }
    return failure(404, 'There is nothing at this address.')
  }

  #create({
    input_file_id: file,
    endpoint,
    completion_window,
    metadata,
  }: Record<string, unknown>): HttpReply {
    const input = this.#files.get(String(file))
    if (input === undefined || endpoint !== '/v1/chat/completions' || completion_window !== '24h')
      return failure(400, 'A batch needs a file that is there, the endpoint of chat completions, and 24h.')
    const lines = input
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Line)
    this.#bodies.push(...lines.map(({ body }) => body))
    const { agentmem: key = '' } = Object(metadata) as { readonly agentmem?: string }
    const job = this.#jobs.add(
      key,
      lines.map(({ body }) => requestOf(body)),
    )
    this.#lines.set(job.id, lines)
    return { status: 200, value: batchOf(job, 'validating') }
  }

  #show(id: string): HttpReply {
    const job = this.#jobs.ask(id)
    if (job === 'unknown') return failure(404, `No batch ${id}.`)
    if (!job) return { status: 200, value: { id, object: 'batch', status: 'in_progress' } }
    if (job.end === 'failed') {
      const errors = { data: [{ code: 'token_limit_exceeded', message: 'Too many tokens wait.' }] }
      return { status: 200, value: { ...batchOf(job, 'failed'), errors } }
    }
    // Answers come in no order.
    const lines = (this.#lines.get(id) ?? [])
      .map((line, i) => ({ line, answer: job.answers[i] }))
      .toReversed()
    const isLate = ({ answer }: (typeof lines)[number]): boolean => job.end === 'expired' && !answer
    const output = lines
      .filter(entry => !isLate(entry))
      .map(({ line, answer }) => {
        const { status, value } = chatAnswer(answer)
        return { custom_id: line.custom_id, response: { status_code: status, body: value }, error: null }
      })
    const late = lines.filter(isLate).map(({ line }) => {
      const error = { code: 'batch_expired', message: 'This request could not be executed in time.' }
      return { custom_id: line.custom_id, response: null, error }
    })
    const isGood = ({ response }: (typeof output)[number]): boolean => response.status_code === 200
    const errors = [...output.filter(line => !isGood(line)), ...late]
    const value = {
      ...batchOf(job, job.end),
      output_file_id: this.#addLines(output.filter(isGood)),
      error_file_id: this.#addLines(errors),
    }
    return { status: 200, value }
  }

  #addLines(lines: readonly object[]): string | null {
    if (lines.length === 0) return null
    return this.#addFile(lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  }

  #addFile(text: string): string {
    const name = `file_${this.#files.size}`
    this.#files.set(name, text)
    return name
  }
}

function batchOf({ id, key }: ScriptedJob, status: string): object {
  return { id, object: 'batch', status, metadata: { agentmem: key } }
}

/** The part of a multipart form that is a file. */
function fileIn(text: string, contentType: string): string {
  const boundary = /boundary=(.+)$/.exec(contentType)?.[1] ?? ''
  const part = text.split(`--${boundary}`).find(one => /name="file"/.test(one)) ?? ''
  const start = part.indexOf('\r\n\r\n')
  return part.slice(start + 4).replace(/\r\n$/, '')
}
