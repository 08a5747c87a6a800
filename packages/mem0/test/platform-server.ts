import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

type Fields = Record<string, unknown>

/**
 * The hosted service of mem0 on this machine, for its real client: the answers that its OpenAPI document gives for each path,
 * with every field it names, over memories that are really kept. Filters are those that the program of the test uses.
 */
export async function startPlatform(): Promise<{ host: string; stop: () => Promise<void> }> {
  const platform = new Platform()
  const server = createServer((request, response) => {
    void (async () => {
      const { status = 200, body } = await platform.answer(request)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const stop = (): Promise<void> =>
    new Promise(resolve => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  return { host: `http://127.0.0.1:${port}`, stop }
}

const entityKeys = ['user_id', 'agent_id', 'app_id', 'run_id']
const missing = { status: 404, body: { error: 'Memory not found!' } }

class Platform {
  readonly #memories = new Map<string, Fields>()
  readonly #history = new Map<string, Fields[]>()

  async answer(request: IncomingMessage): Promise<{ status?: number; body: unknown }> {
    const url = new URL(request.url ?? '/', 'http://platform')
    let text = ''
    for await (const part of request) text += String(part)
    const body = text === '' ? {} : (JSON.parse(text) as Fields)
    const [version = '', kind = '', name = '', more] = url.pathname.split('/').filter(Boolean)
    const call = `${request.method} ${version}/${kind}`
    if (call === 'GET v1/ping')
      return { body: { status: 'ok', org_id: 'org', project_id: 'p', user_email: 'a@b.c' } }
    if (call === 'POST v3/memories') return this.#posted(name, body, url.searchParams)
    if (call === 'GET v1/entities') return { body: this.#entities() }
    if (call === 'DELETE v2/entities') return this.#deleteWhere({ [`${name}_id`]: more })
    if (call === 'PUT v1/batch')
      return this.#batch(body, id => this.#update(id, body['memories'] as Fields[]), 'updated')
    if (call === 'DELETE v1/batch') return this.#batch(body, id => this.#remove(id), 'deleted')
    if (call === 'DELETE v1/memories' && name === '') {
      const named = Object.fromEntries(url.searchParams)
      const error = 'At least one filter is required'
      return Object.keys(named).length === 0 ? { status: 400, body: { error } } : this.#deleteWhere(named)
    }
    if (more === 'history') return { body: this.#history.get(name) ?? [] }
    const memory = this.#memories.get(name)
    if (!memory) return missing
    if (request.method === 'PUT') this.#update(name, [{ memory_id: name, ...body }])
    if (request.method !== 'DELETE') return { body: listed(memory) }
    this.#remove(name)
    return { body: { message: 'Memory deleted successfully!' } }
  }

  #posted(what: string, body: Fields, place: URLSearchParams): { status?: number; body: unknown } {
    if (what === 'add') return this.#add(body)
    const named = Object.entries((body['filters'] ?? {}) as Fields)
    if (named.length === 0) return { status: 400, body: { error: 'filters need an entity' } }
    const isOf = (memory: Fields): boolean => named.every(([key, value]) => memory[key] === value)
    const found = [...this.#memories.values()].filter(isOf).toReversed()
    if (what === 'search') {
      const words = String(body['query']).toLowerCase().split(/\W+/)
      const fits = ({ memory }: Fields): boolean =>
        words.some(word => String(memory).toLowerCase().includes(word))
      const top = found.filter(fits).slice(0, Number(body['top_k'] ?? 10))
      return { body: { results: top.map(memory => ({ ...memory, score: 0.5 })) } }
    }
    const [page, size] = [Number(place.get('page') ?? 1), Number(place.get('page_size') ?? 100)]
    const at = (number: number): string => `http://platform/v3/memories/?page=${number}&page_size=${size}`
    return {
      body: {
        count: found.length,
        next: page * size < found.length ? at(page + 1) : null,
        previous: page > 1 ? at(page - 1) : null,
        results: found.slice((page - 1) * size, page * size).map(listed),
      },
    }
  }

  #add(body: Fields): { status?: number; body: unknown } {
    if (!entityKeys.some(key => body[key] !== undefined)) return { status: 400, body: { error: 'no entity' } }
    const results = (body['messages'] as Fields[]).map(({ content }) => {
      const id = randomUUID()
      const time = new Date().toISOString()
      const of = Object.fromEntries(entityKeys.map(key => [key, body[key] ?? null]))
      const { metadata = {}, expiration_date: expires = null } = body
      const memory = { id, memory: content, ...of, metadata, categories: [], expiration_date: expires }
      this.#memories.set(id, { ...memory, created_at: time, updated_at: time })
      this.#note(id, null, content, 'ADD')
      return { id, data: { memory: content }, event: 'ADD' }
    })
    return {
      body: {
        message: 'Memories processed successfully.',
        status: 'SUCCEEDED',
        event_id: randomUUID(),
        results,
      },
    }
  }

  #update(id: string, changes: readonly Fields[]): boolean {
    const memory = this.#memories.get(id)
    const {
      text,
      metadata,
      expiration_date: expires,
    } = changes.find(change => change['memory_id'] === id) ?? {}
    if (!memory) return false
    this.#note(id, memory['memory'], text ?? memory['memory'], 'UPDATE')
    if (text !== undefined) memory['memory'] = text
    if (metadata !== undefined)
      memory['metadata'] = { ...(memory['metadata'] as Fields), ...(metadata as Fields) }
    if (expires !== undefined) memory['expiration_date'] = expires
    memory['updated_at'] = new Date().toISOString()
    return true
  }

  #remove(id: string): boolean {
    const memory = this.#memories.get(id)
    if (memory) this.#note(id, memory['memory'], null, 'DELETE')
    return this.#memories.delete(id)
  }

  #batch(body: Fields, change: (id: string) => boolean, what: string): { status?: number; body: unknown } {
    const ids = (body['memories'] as Fields[]).map(memory => String(memory['memory_id']))
    if (ids.length > 1_000) return { status: 400, body: { error: 'Maximum of 1000 memories' } }
    return { body: { message: `Successfully ${what} ${ids.filter(change).length} memories` } }
  }

  #deleteWhere(named: Fields): { body: unknown } {
    for (const [id, memory] of this.#memories) {
      if (Object.entries(named).every(([key, value]) => memory[key] === value)) this.#remove(id)
    }
    return { body: { message: 'Delete in progress. This may take some time.', event_id: randomUUID() } }
  }

  #entities(): Fields {
    const results = ['user', 'agent', 'run'].flatMap(type => {
      const names = [...this.#memories.values()].flatMap(memory => memory[`${type}_id`] ?? [])
      return [...new Set(names)].map(name => {
        const time = new Date().toISOString()
        const total = names.filter(other => other === name).length
        return {
          id: randomUUID(),
          name,
          created_at: time,
          updated_at: time,
          owner: 'org',
          type,
          total_memories: total,
        }
      })
    })
    const total = (type: string): number => results.filter(entity => entity.type === type).length
    const totals = { total_users: total('user'), total_agents: total('agent'), total_runs: total('run') }
    return { count: results.length, next: null, previous: null, results, ...totals }
  }

  #note(id: string, before: unknown, after: unknown, event: string): void {
    const time = new Date().toISOString()
    const { user_id = null, agent_id = null, run_id = null } = this.#memories.get(id) ?? {}
    const entry = {
      id: randomUUID(),
      memory_id: id,
      input: [],
      old_memory: before,
      new_memory: after,
      user_id,
    }
    const rest = { agent_id, session_id: run_id, categories: [], event, created_at: time, updated_at: time }
    this.#history.set(id, [...(this.#history.get(id) ?? []), { ...entry, ...rest }])
  }
}

/** As a list and a read have it. */
function listed({ run_id: run, ...memory }: Fields): Fields {
  return { ...memory, session_id: run, structured_attributes: null, replaced_by: null, synthesized: false }
}
