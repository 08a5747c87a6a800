import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ObjectStore {
  readonly objects: ReadonlyMap<string, Buffer>
  /** Access keys that requests were signed with. */
  readonly keys: ReadonlySet<string>
  readonly endpoint: string
  close(): void
}

/** As much of S3 as LanceDB needs: objects, ranges, listing, and a PUT that fails where there is something already. */
export async function startObjectStore(): Promise<ObjectStore> {
  const objects = new Map<string, Buffer>()
  const keys = new Set<string>()
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const key = decodeURIComponent(pathname.replace(/^\/bucket\/?/, ''))
    keys.add(/Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? 'none')
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const answer = (
      status: number,
      body: string | Buffer = '',
      headers: Record<string, string> = {},
    ): void => {
      response.writeHead(status, {
        etag: `"${key.length}"`,
        'last-modified': new Date().toUTCString(),
        'content-length': String(Buffer.byteLength(body)),
        ...headers,
      })
      response.end(request.method === 'HEAD' ? undefined : body)
    }
    if (request.method === 'POST' && searchParams.has('delete')) {
      for (const [, name = ''] of Buffer.concat(chunks)
        .toString()
        .matchAll(/<Key>([^<]*)<\/Key>/g))
        objects.delete(name)
      return answer(200, '<DeleteResult></DeleteResult>')
    }
    if (request.method === 'GET' && searchParams.has('list-type')) {
      return answer(
        200,
        listing([...objects], searchParams.get('prefix') ?? '', searchParams.get('delimiter')),
      )
    }
    if (request.method === 'PUT') {
      if (request.headers['if-none-match'] === '*' && objects.has(key)) return answer(412)
      const source = request.headers['x-amz-copy-source']
      const copied =
        typeof source === 'string'
          ? objects.get(decodeURIComponent(source).replace(/^\/?bucket\//, ''))
          : undefined
      objects.set(key, copied ?? Buffer.concat(chunks))
      return answer(200, copied ? '<CopyObjectResult><ETag>"1"</ETag></CopyObjectResult>' : '')
    }
    const object = objects.get(key)
    if (request.method === 'DELETE') {
      objects.delete(key)
      return answer(200)
    }
    if (!object) return answer(404, '<Error><Code>NoSuchKey</Code></Error>')
    const range = /bytes=(\d*)-(\d*)/.exec(request.headers.range ?? '')
    if (!range || request.method === 'HEAD')
      return answer(200, object, { 'content-length': String(object.length) })
    const start = range[1] ? Number(range[1]) : Math.max(0, object.length - Number(range[2]))
    const end = range[1] && range[2] ? Math.min(Number(range[2]) + 1, object.length) : object.length
    return answer(206, object.subarray(start, end), {
      'content-range': `bytes ${start}-${end - 1}/${object.length}`,
    })
  }
  const server = createServer((request, response) => void respond(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    objects,
    keys,
    endpoint: `http://127.0.0.1:${port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function listing(
  objects: readonly (readonly [string, Buffer])[],
  prefix: string,
  delimiter: string | null,
): string {
  const [folders, contents] = [new Set<string>(), [] as string[]]
  for (const [key, { length }] of objects.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (!key.startsWith(prefix)) continue
    const cut = delimiter ? key.indexOf(delimiter, prefix.length) : -1
    if (cut >= 0) folders.add(key.slice(0, cut + 1))
    else
      contents.push(
        `<Contents><Key>${key}</Key><LastModified>${new Date().toISOString()}</LastModified><ETag>"1"</ETag><Size>${length}</Size></Contents>`,
      )
  }
  const common = [...folders].map(folder => `<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`)
  return `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}${common.join('')}</ListBucketResult>`
}
