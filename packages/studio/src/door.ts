import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Where the door is, and what opens it. */
export interface DoorFacts {
  /** What a person knows. */
  readonly token: string
  /** The place as a browser names it: '127.0.0.1:4983'. */
  readonly host: string
  readonly port: number
}

/**
 * Who may call. A program sends the token with each call. A page sends it once, and gets a cookie and a key in its place:
 * the cookie comes back by itself, which another page could bring about, and is sent to every port of this machine; the key
 * is known to the page alone.
 */
export class Door {
  readonly #token: string
  readonly #host: string
  readonly #cookieName: string
  readonly #cookie: string = randomBytes(32).toString('base64url')
  /** What a page sends along with the cookie. */
  readonly key: string = randomBytes(32).toString('base64url')

  constructor({ token, host, port }: DoorFacts) {
    this.#token = token
    this.#host = host
    this.#cookieName = `agentmem-studio-${port}`
  }

  /** Whether the request names this place. A name that was made to lead here, by DNS rebinding, does not. */
  isMeant({ headers }: IncomingMessage): boolean {
    return headers.host === this.#host
  }

  /** Whether no other page than the own one has sent it. A program sends neither header. */
  isOwnPage({ headers }: IncomingMessage): boolean {
    const { origin } = headers
    const site = headers['sec-fetch-site']
    return (
      (origin === undefined || origin === `http://${this.#host}`) &&
      (site === undefined || site === 'same-origin')
    )
  }

  /** Whether the request has the token. */
  hasToken({ headers }: IncomingMessage): boolean {
    const [scheme = '', given = ''] = (headers.authorization ?? '').split(' ')
    return scheme.toLowerCase() === 'bearer' && isSame(given, this.#token)
  }

  /** Whether the request may be answered: it has the token, or the cookie with the key. */
  admits(request: IncomingMessage): boolean {
    if (this.hasToken(request)) return true
    const key = request.headers['x-agentmem-key']
    return typeof key === 'string' && isSame(key, this.key) && isSame(this.#cookieOf(request), this.#cookie)
  }

  /** The header that gives a browser the cookie: scripts cannot read it, and no other site can have it sent. */
  get setCookie(): string {
    return `${this.#cookieName}=${this.#cookie}; Path=/api; HttpOnly; SameSite=Strict`
  }

  #cookieOf({ headers }: IncomingMessage): string {
    const prefix = `${this.#cookieName}=`
    const found = (headers.cookie ?? '').split('; ').find(cookie => cookie.startsWith(prefix))
    return found?.slice(prefix.length) ?? ''
  }
}

/** Takes as long for one that is nearly right as for any other. */
function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
