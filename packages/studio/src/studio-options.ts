import { randomBytes } from 'node:crypto'
import type { Memory } from '@agentmem/core'
import {
  callback,
  flag,
  oneOf,
  optional,
  part,
  readOptions,
  secret,
  text,
  whole,
} from '@agentmem/core/adapter'

/** What a studio shows, and where. */
export interface StudioOptions {
  /** The memory that is shown. It stays open when the studio is closed. */
  readonly memory: Memory
  /** A loopback address: '127.0.0.1' (default), '::1' or 'localhost'. */
  readonly host?: '127.0.0.1' | '::1' | 'localhost' | undefined
  /** 0 to 65,535. Default 0, which takes a free one. */
  readonly port?: number | undefined
  /** True: no request changes a memory. Default false. */
  readonly readOnly?: boolean | undefined
  /** What a reader must know: 16 to 256 letters, digits, '-' and '_'. Default: 32 random bytes, new each time. */
  readonly token?: string | undefined
  /** What the page calls the memory, such as the address of its Store. Default: the name of the Store. */
  readonly label?: string | undefined
  /** Changes the text of each error before it is answered, such as by taking out credentials. Default: none is changed. */
  readonly redact?: ((text: string) => string) | undefined
}

/** The same with its defaults. */
export interface ReadStudioOptions {
  readonly memory: Memory
  readonly host: string
  readonly port: number
  readonly readOnly: boolean
  readonly token: string
  readonly label: string | undefined
  readonly redact: (text: string) => string
}

/** Throws `INVALID_ARGUMENT` for an option that is unknown, or has another value than it may. */
export function readStudioOptions(given: StudioOptions): ReadStudioOptions {
  return readOptions('openStudio', given, {
    memory: part<Memory>('a Memory', ['page', 'scopes', 'search', 'history', 'delete', 'stats', 'verify']),
    // Anywhere else the token would cross a network in plain text.
    host: oneOf(['127.0.0.1', '::1', 'localhost'], '127.0.0.1'),
    port: whole(0, 65_535, 0),
    readOnly: flag(false),
    token: secret(
      text("16 to 256 letters, digits, '-' and '_'", randomBytes(32).toString('base64url'), value =>
        /^[\w-]{16,256}$/.test(value),
      ),
    ),
    label: optional(text('a text that is not empty')),
    redact: callback((text: string) => text),
  })
}
