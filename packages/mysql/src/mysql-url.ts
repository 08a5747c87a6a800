import { serverUrl, urlText, urlValues } from '@agentmem/core/adapter'
import type { OptionReader, UrlParameter } from '@agentmem/core/adapter'
import type { SslOptions } from 'mysql2'

/** What is asked of the server's certificate; false: no TLS. */
type Tls = SslOptions | string | false

const encrypted: Tls = { rejectUnauthorized: false }
const authority: Tls = { rejectUnauthorized: true, verifyIdentity: false }
const identity: Tls = { rejectUnauthorized: true, verifyIdentity: true }

/**
 * The words of MySQL's clients, of libpq and of Prisma. One that uses TLS where the server has it, and none where it does
 * not, is left out: mysql2 cannot do that.
 */
const modes: Readonly<Record<string, Tls>> = {
  disabled: false,
  disable: false,
  required: encrypted,
  require: encrypted,
  accept_invalid_certs: encrypted,
  verify_ca: authority,
  'verify-ca': authority,
  verify_identity: identity,
  'verify-full': identity,
  strict: identity,
}
const modeNames = ['ssl-mode', 'ssl_mode', 'sslMode', 'sslmode', 'sslaccept'] as const

const mode: UrlParameter = {
  allowed: 'DISABLED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY',
  holds: value => Object.hasOwn(modes, value.toLowerCase()),
}
const any = urlText()
const number = urlText('a number', /^\d{1,10}$/)
const flag = urlValues('true', 'false')

const reader: OptionReader<string> = serverUrl({
  schemes: ['mysql', 'mariadb'],
  example: 'mysql://user:password@localhost:3306/agentmem',
  needsDatabase: true,
  parameters: {
    ssl: { allowed: "true, false, 'Amazon RDS' or JSON", holds: value => sslOf(value) !== undefined },
    'ssl-mode': mode,
    ssl_mode: mode,
    sslMode: mode,
    sslmode: mode,
    sslaccept: mode,
    charset: urlText('utf8mb4', /^utf8mb4/i),
    connectTimeout: number,
    compress: flag,
    enableKeepAlive: flag,
    keepAliveInitialDelay: number,
    enableCleartextPlugin: flag,
    insecureAuth: flag,
    socketPath: any,
    localAddress: any,
    idleTimeout: number,
    maxIdle: number,
    password2: any,
    password3: any,
  },
  instead: {
    connectionLimit: 'the option poolSize',
    connection_limit: 'the option poolSize',
    pool_timeout: 'the option acquireTimeoutMs',
    connect_timeout: 'connectTimeout, in milliseconds',
    useSSL: 'ssl-mode',
    requireSSL: 'ssl-mode',
  },
})

/** The address as mysql2 reads it, which knows its own scheme alone; `tls` is undefined where the URL says nothing of it. */
export interface MysqlAddress {
  readonly url: string
  readonly tls: Tls | undefined
}

/** Reads a URL. What it asks of TLS is done, whichever of the usual words says it, or refused. */
export const mysqlUrl: OptionReader<MysqlAddress> = {
  ...reader,
  read(value) {
    const read = reader.read(value)
    return read && !isTwofold(read.value) ? { value: addressOf(read.value) } : undefined
  },
  why: value =>
    reader.why?.(value) ??
    (typeof value === 'string' && isTwofold(value) ? 'it says twice what TLS is to be' : undefined),
  preset: undefined,
}

function addressOf(text: string): MysqlAddress {
  const url = new URL(text)
  const { searchParams } = url
  const mode = modeNames.map(name => searchParams.get(name)).find(value => value !== null)
  const ssl = searchParams.get('ssl')
  for (const name of ['ssl', 'charset', ...modeNames]) searchParams.delete(name)
  const tls = mode === undefined ? (ssl === null ? undefined : sslOf(ssl)) : modes[mode.toLowerCase()]
  return { url: url.href.replace(/^mariadb:/, 'mysql:'), tls }
}

function isTwofold(text: string): boolean {
  const { searchParams } = new URL(text)
  return ['ssl', ...modeNames].filter(name => searchParams.has(name)).length > 1
}

/** What mysql2 takes as `ssl`: an object, the name of a profile, or, as others have it, a switch. Undefined for anything else. */
function sslOf(value: string): Tls | undefined {
  if (value === 'true' || value === '1') return identity
  if (value === 'false' || value === '0') return false
  if (value === 'Amazon RDS') return value
  try {
    const parsed: unknown = JSON.parse(value)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}
