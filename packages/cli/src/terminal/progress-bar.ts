import { formatCount, formatDuration, formatRate } from './format-numbers.ts'

/** The part of a terminal stream that is used here. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  write(text: string): unknown
}

export interface ProgressState {
  readonly done: number
  /** How much of the whole that is, 0 to 1; undefined when it is not known. */
  readonly share?: number | undefined
}

const drawEveryMs = 100
const lineEveryMs = 5_000
const widestBar = 30

/**
 * Shows how far some work has come: a bar that is drawn over itself on a terminal, a plain line every five
 * seconds elsewhere, so that a log stays short and short work leaves nothing in it.
 */
export class ProgressBar {
  readonly #stream: ProgressStream
  readonly #label: string
  readonly #unit: string
  readonly #live: boolean
  readonly #start = performance.now()
  readonly #timer: NodeJS.Timeout
  #state: ProgressState = { done: 0 }
  #drawn = false

  /** `unit` is what is counted, such as 'memories'. */
  constructor(stream: ProgressStream, label: string, unit: string) {
    this.#stream = stream
    this.#label = label
    this.#unit = unit
    this.#live = stream.isTTY === true && process.env['TERM'] !== 'dumb'
    this.#timer = setInterval(() => this.#show(), this.#live ? drawEveryMs : lineEveryMs)
    this.#timer.unref()
    if (this.#live) this.#show()
  }

  update(state: ProgressState): void {
    this.#state = state
  }

  /** Takes the bar away. */
  end(): void {
    clearInterval(this.#timer)
    if (this.#drawn) this.#stream.write('\r\u001B[K')
    this.#drawn = false
  }

  #show(): void {
    if (!this.#live) {
      this.#stream.write(`${this.#label}: ${this.#facts().join(', ')}\n`)
      return
    }
    const facts = `  ${this.#facts().join('  ')}`
    const columns = (this.#stream.columns ?? 80) - 1
    const room = columns - this.#label.length - 2 - facts.length
    const { share } = this.#state
    const bar = share === undefined || room < 5 ? '' : `  ${drawBar(share, Math.min(room, widestBar))}`
    this.#stream.write(`\r${`${this.#label}${bar}${facts}`.slice(0, columns)}\u001B[K`)
    this.#drawn = true
  }

  #facts(): string[] {
    const { done, share } = this.#state
    const elapsed = performance.now() - this.#start
    const facts = [`${formatCount(done)} ${this.#unit}`]
    if (done > 0) facts.push(formatRate(done, elapsed))
    if (share === undefined) return facts
    if (share > 0 && share < 1) facts.push(`${formatDuration((elapsed * (1 - share)) / share)} left`)
    return [`${Math.floor(share * 100)}%`.padStart(this.#live ? 4 : 0), ...facts]
  }
}

function drawBar(share: number, width: number): string {
  const full = Math.round(Math.min(1, share) * width)
  return '█'.repeat(full) + '░'.repeat(width - full)
}
