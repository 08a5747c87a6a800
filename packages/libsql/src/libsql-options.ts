import { resolve } from 'node:path'
import { MemoryError } from '@agentmem/core/adapter'
import type { Client } from '@libsql/client'

/** Either `url` or `client` says where the database is. */
export interface LibsqlStoreOptions {
  /** A file, as in `file:memories.db`, made when it is not there; or a server: `libsql://`, `https://`, `http://`. */
  readonly url?: string | undefined
  /** What the server asks for. Only with the url of a server. */
  readonly authToken?: string | undefined
  /** A client of @libsql/client. It stays the user's: closing the Store leaves it open. */
  readonly client?: Client | undefined
  /** Put before the names of tables and indexes: letters, digits, `_`. Default ''. */
  readonly tablePrefix?: string | undefined
}

export type CheckedOptions = { readonly tablePrefix: string } & (
  | { readonly path: string }
  | { readonly url: string; readonly authToken: string | undefined }
  | { readonly client: Client }
)

const known = ['url', 'authToken', 'client', 'tablePrefix']
const servers = ['libsql:', 'https:', 'http:', 'wss:', 'ws:']

/** Fills in the defaults. Throws `INVALID_ARGUMENT`, without showing what the URL of a server holds. */
export function checkLibsqlOptions(options: LibsqlStoreOptions): CheckedOptions {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw invalid(`has no option '${name}'; there are ${known.join(', ')}`)
  }
  const { url, authToken, client, tablePrefix = '' } = options
  if (typeof tablePrefix !== 'string' || !/^(?:[A-Za-z_]\w{0,31})?$/.test(tablePrefix)) {
    throw invalid(
      `has tablePrefix: ${JSON.stringify(tablePrefix)}; give up to 32 letters, digits or '_', no digit first`,
    )
  }
  if ((url === undefined) === (client === undefined)) throw invalid('needs either a url or a client')
  if (client !== undefined) {
    if (authToken !== undefined) throw invalid('has an authToken, which a client has itself')
    if (typeof client?.transaction !== 'function')
      throw invalid('has a client that is none of @libsql/client')
    return { client, tablePrefix }
  }
  if (typeof url === 'string' && url.startsWith('file:')) {
    if (authToken !== undefined) throw invalid('has an authToken, which a file does not ask for')
    return { path: pathOf(url), tablePrefix }
  }
  if (typeof url !== 'string' || !URL.canParse(url) || !servers.includes(new URL(url).protocol)) {
    throw invalid("needs a url such as 'file:memories.db' or 'libsql://name.example.org'")
  }
  if (authToken !== undefined && (typeof authToken !== 'string' || authToken === '')) {
    throw invalid('has an authToken that is no text')
  }
  return { url, authToken, tablePrefix }
}

/** `file:a.db`, `file:./a.db`, `file:/a.db` and `file:///a.db`; `%20` and its like stand for a character. */
function pathOf(url: string): string {
  const path = /^file:(?:\/\/(?:localhost)?(?=\/)|(?!\/\/))([^?#]+)$/.exec(url)?.[1]
  const decoded = path === undefined ? '' : decode(path)
  if (decoded === '' || decoded.includes('\0')) {
    throw invalid(
      `needs the path of a file in its url, such as 'file:memories.db', not ${JSON.stringify(url)}`,
    )
  }
  return decoded === ':memory:' ? decoded : resolve(decoded)
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return ''
  }
}

function invalid(what: string): MemoryError {
  return new MemoryError('INVALID_ARGUMENT', `openLibsqlStore ${what}.`)
}
