import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Embedder } from '@agentmem/core'

interface Asked {
  readonly path: string
  readonly authorization: string | undefined
  readonly body: Readonly<Record<string, unknown>>
}

/**
 * An endpoint of OpenAI's form on this machine: its vectors are those of an embedder, and it finds the facts of the script whose
 * words stand in what it is asked. It answers as the prompts of mem0 want it, and as ours do.
 */
export async function startModels(
  embedder: Embedder,
  script: Readonly<Record<string, readonly string[]>>,
): Promise<{ url: string; asked: Asked[]; stop: () => Promise<void> }> {
  const asked: Asked[] = []
  const answer = async (path: string, body: Asked['body']): Promise<object> => {
    if (path.endsWith('/embeddings')) {
      const vectors = await embedder.embed([body['input'] as string | string[]].flat())
      const asBase64 = body['encoding_format'] === 'base64'
      return {
        object: 'list',
        model: body['model'],
        data: vectors.map((vector, index) => {
          const bytes = Buffer.from(Float32Array.from(vector).buffer)
          return { object: 'embedding', index, embedding: asBase64 ? bytes.toString('base64') : [...vector] }
        }),
        usage: { prompt_tokens: 1, total_tokens: 1 },
      }
    }
    const said = (body['messages'] as { role: string; content: string }[]).findLast(
      ({ role }) => role === 'user',
    )
    // What is known already, or was said before, is shown above what is new.
    const fresh =
      String(said?.content)
        .split(/New Messages/i)
        .at(-1) ?? ''
    const texts = Object.entries(script).flatMap(([word, facts]) => (fresh.includes(word) ? facts : []))
    const content = JSON.stringify({
      memory: texts.map((text, id) => ({ id: String(id), text })),
      facts: texts.map(text => ({ text, sources: [0], type: 'semantic', importance: 3 })),
      decisions: [],
    })
    const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }]
    return {
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: body['model'],
      choices,
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    }
  }
  const server = createServer((request, response) => {
    void (async () => {
      let text = ''
      for await (const part of request) text += String(part)
      const body = JSON.parse(text) as Asked['body']
      const path = request.url ?? ''
      asked.push({ path, authorization: request.headers.authorization, body })
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(await answer(path, body)))
    })()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const stop = (): Promise<void> =>
    new Promise(resolve => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  return { url: `http://127.0.0.1:${port}`, asked, stop }
}
