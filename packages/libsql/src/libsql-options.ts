import { resolve } from 'node:path'
import {
  exactlyOne,
  identifier,
  invalid,
  library,
  optional,
  part,
  readOptions,
  secret,
  serverUrl,
  urlText,
  urlValues,
  show,
  text,
  whole,
} from '@agentmem/core/adapter'
import type { OptionReader } from '@agentmem/core/adapter'
import { defaultStatementTimeoutMs } from '@agentmem/sql'
import type { Client } from '@libsql/client'
import type { ClientLibrary, DatabaseClass } from './load-libsql.ts'

/** Either `url` or `client` says where the database is. */
export interface LibsqlStoreOptions {
  /** A file, as in `file:memories.db`, created when it does not exist; or a server: `libsql://`, `https://`, `http://`. */
  readonly url?: string | undefined
  /** What the server asks for. Only with the url of a server. */
  readonly authToken?: string | undefined
  /** A client of @libsql/client. It stays yours: closing the Store leaves it open. */
  readonly client?: Client | undefined
  /** Put before the names of tables and indexes: up to 32 letters, digits, `_`. Default ''. */
  readonly tablePrefix?: string | undefined
  /**
   * How long a server, or a `client`, may take for a statement, in milliseconds, before `TIMEOUT`. Its transaction is then
   * closed. Default 60,000.
   */
  readonly statementTimeoutMs?: number | undefined
  /**
   * The library, which you have loaded. For a file `libsql`: its class, or the module that exports it as default. For
   * a server `@libsql/client`, or its `/web` and `/http`: the module. Nothing is imported then, as bundlers need it.
   * Default: an import of the one that the url needs. A `client` needs none.
   */
  readonly lib?: DatabaseClass | { readonly default: DatabaseClass } | ClientLibrary | undefined
}

/** Where the database is, and what opens it; a library of undefined is yet to be imported. */
export type LibsqlSettings = { readonly tablePrefix: string; readonly statementTimeoutMs: number } & (
  | { readonly path: string; readonly lib: DatabaseClass | undefined }
  | {
      readonly url: string
      readonly authToken: string | undefined
      readonly lib: ClientLibrary | undefined
    }
  | { readonly client: Client }
)

const owner = 'openLibsqlStore'

/** Of a server, what @libsql/client carries out: https://github.com/tursodatabase/libsql-client-ts */
const server = serverUrl({
  schemes: ['libsql', 'https', 'http', 'wss', 'ws'],
  example: 'libsql://name.example.org',
  parameters: { authToken: urlText(), tls: urlValues('0', '1') },
})
const libsqlUrl: OptionReader<string> = {
  ...server,
  allowed: "an address such as 'file:memories.db' or 'libsql://name.example.org'",
  read: value => (typeof value === 'string' && value.startsWith('file:') ? { value } : server.read(value)),
}

/** Reads the options and fills in the defaults. Throws `INVALID_ARGUMENT`, which shows neither a server's url nor a token. */
export function readLibsqlOptions(given: LibsqlStoreOptions): LibsqlSettings {
  const options = readOptions(owner, given, {
    url: optional(libsqlUrl),
    authToken: optional(secret(text('a text that is not empty'))),
    client: optional(part<Client>('a client of @libsql/client', ['transaction'])),
    tablePrefix: identifier(32, ''),
    statementTimeoutMs: whole(1, 2_147_483_647, defaultStatementTimeoutMs),
    lib: library<NonNullable<LibsqlStoreOptions['lib']>>('libsql or @libsql/client'),
  })
  exactlyOne(owner, options, ['url', 'client'])
  const { url = '', authToken, client, tablePrefix, statementTimeoutMs, lib } = options
  const shared = { tablePrefix, statementTimeoutMs }
  if (client !== undefined) {
    if (authToken !== undefined) throw invalid(owner, 'has an authToken, which a client has itself')
    return { client, ...shared }
  }
  if (!url.startsWith('file:')) return { url, authToken, ...shared, lib: clientLibrary(lib) }
  if (authToken !== undefined) throw invalid(owner, 'has an authToken, which a file does not ask for')
  if (given.statementTimeoutMs !== undefined)
    throw invalid(
      owner,
      'has statementTimeoutMs, which a file has no use for: its statements wait for no server',
    )
  return { path: pathOf(url), ...shared, lib: fileLibrary(lib) }
}

/** `file:a.db`, `file:./a.db`, `file:/a.db` and `file:///a.db`; `%20` and its like stand for a character. */
function pathOf(url: string): string {
  const path = /^file:(?:\/\/(?:localhost)?(?=\/)|(?!\/\/))([^?#]+)$/.exec(url)?.[1]
  const decoded = path === undefined ? '' : decode(path)
  if (decoded === '' || decoded.includes('\0')) {
    throw invalid(owner, `has url: ${show(url)}; give the path of a file, such as 'file:memories.db'`)
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

function fileLibrary(lib: LibsqlStoreOptions['lib']): DatabaseClass | undefined {
  const found = lib && 'default' in lib ? lib.default : lib
  if (found === undefined || typeof found === 'function') return found
  throw invalid(owner, `has lib: ${show(lib)}; give libsql for a file, as import('libsql') gives it`)
}

function clientLibrary(lib: LibsqlStoreOptions['lib']): ClientLibrary | undefined {
  if (lib === undefined || 'createClient' in lib) return lib
  const what = "give @libsql/client for a server, as import('@libsql/client') gives it"
  throw invalid(owner, `has lib: ${show(lib)}; ${what}`)
}
