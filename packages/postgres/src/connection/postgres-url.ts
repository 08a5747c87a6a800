import { serverUrl, urlText, urlValues } from '@agentmem/core/adapter'
import type { OptionReader } from '@agentmem/core/adapter'

const any = urlText()
const ms = urlText('a number', /^\d{1,10}$/)
const yesOrNo = urlValues('true', 'false')

/** What `pg` does of what a URL asks for: https://node-postgres.com/features/connecting#connection-uri */
export const postgresUrl: OptionReader<string> = serverUrl({
  schemes: ['postgres', 'postgresql'],
  example: 'postgres://user:password@host:5432/database',
  parameters: {
    ssl: urlValues('true', '1', 'false', '0'),
    sslmode: urlValues('disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'),
    sslcert: any,
    sslkey: any,
    sslrootcert: any,
    sslnegotiation: urlValues('postgres', 'direct'),
    uselibpqcompat: yesOrNo,
    host: urlText('one host', /^[^,]+$/),
    port: ms,
    user: any,
    password: any,
    application_name: any,
    fallback_application_name: any,
    client_encoding: urlText('UTF8', /^utf-?8$/i),
    options: any,
    statement_timeout: ms,
    lock_timeout: ms,
    idle_in_transaction_session_timeout: ms,
    query_timeout: ms,
    pgbouncer: yesOrNo,
  },
  instead: {
    schema: 'the option schema',
    currentSchema: 'the option schema',
    connect_timeout: 'the option acquireTimeoutMs',
    pool_timeout: 'the option acquireTimeoutMs',
    connection_limit: 'the option poolSize',
    max: 'the option poolSize',
    'ssl-mode': 'sslmode',
    sslaccept: 'sslmode: verify-full for strict',
    channel_binding: 'none: pg cannot require it',
    target_session_attrs: 'the host of the primary',
  },
})
